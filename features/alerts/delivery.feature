Feature: Deliver alerts to those who have to know

  @TAL-ALR-001 @needs-alertmanager @slow
  Scenario: The alert on a workload that was killed reaches Slack within its budget
    Given the components run at the settings of the documents
    And a receiver of notifications that the watchdog reaches
    And a running workload that Prometheus knows
    When the workload is killed
    Then Prometheus fires the alert "WorkloadDown" that names it
    And the alert is delivered to Slack within its budget
    And no other new alert is delivered

  @GPL-ALR-001 @needs-alertmanager
  Scenario: A test alert is delivered once and no other with it
    Given a receiver of notifications that the watchdog reaches
    When a test alert is raised
    Then it is delivered to the webhook
    And each of them is delivered once
    And no other new alert is delivered

  @GPL-ALR-001 @needs-alertmanager
  Scenario: The end of an alert is delivered
    Given a receiver of notifications that the watchdog reaches
    And a test alert that has been delivered
    When the test alert ends
    Then its end is delivered to the webhook

  @GPL-ALR-001 @needs-alertmanager
  Scenario: Alerts of one group are delivered together
    Given a receiver of notifications that the watchdog reaches
    When three test alerts of one group are raised
    Then one notification holds all three

  @GPL-ALR-001 @needs-alertmanager
  Scenario: An alert at two severities is delivered at the higher one
    Given a receiver of notifications that the watchdog reaches
    When a test alert is raised as critical and as a warning
    Then the critical one alone is delivered

  @GPL-ALR-001 @needs-alertmanager
  Scenario: A silenced alert is held back
    Given a receiver of notifications that the watchdog reaches
    And a silence of the test alerts of one instance
    When two test alerts are raised, of which one is of that instance
    Then the other one alone is delivered
