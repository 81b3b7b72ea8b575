Feature: Answer queries of logs

  @TAL-LOG-006 @needs-loki
  Scenario: A query of one pod is answered within its budget
    Given a pod that has written 1000 numbered lines
    When the logs of the pod are queried
    Then the query is answered with all lines within its budget
