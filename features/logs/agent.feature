Feature: Run a log agent on each node

  @GPL-LOG-003 @TAL-LOG-001 @needs-loki
  Scenario: A ready log agent runs on each node
    When the log agents are asked for their state
    Then a ready log agent runs on each node, control-plane nodes included

  @GPL-LOG-004 @needs-loki
  Scenario: The containers of the log agents have resource limits
    When the log agents are asked for their state
    Then each container of the log agents has resource limits

  @FND-LOG-002 @needs-loki
  Scenario: The lines of each pod are collected
    When the log agents are asked for their state
    Then Loki holds lines of each pod that has written some in the last hour
