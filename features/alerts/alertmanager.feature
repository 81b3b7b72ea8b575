Feature: Run Alertmanager so that it survives a node

  @GPL-ALR-002 @needs-alertmanager @needs-three-nodes
  Scenario: The replicas of Alertmanager are spread over nodes
    When Alertmanager is asked for its state
    Then the number of its ready replicas is within the budget "alertmanager-replicas"
    And no two of its replicas run on one node, and its anti-affinity keeps it so
    And a disruption budget keeps all but one of its replicas

  @GPL-ALR-001 @needs-alertmanager @needs-three-nodes @serial
  Scenario: An alert is delivered once when a replica is killed
    Given a receiver of notifications that the watchdog reaches
    When a test alert is raised and a replica of Alertmanager is killed
    Then it is delivered to the webhook
    And each of them is delivered once
