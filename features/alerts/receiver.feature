Feature: Deliver alerts to a receiver that has faults

  @GPL-ALR-001 @needs-alertmanager @serial
  Scenario: A receiver that fails is tried again until it takes the alert
    Given a receiver of notifications that the watchdog reaches
    And the receiver answers the first 2 notifications with 500
    When a test alert is raised
    Then it is delivered to the webhook
    And it has been refused 2 times before

  @GPL-ALR-001 @needs-alertmanager @serial
  Scenario Outline: A refusal with <status> is counted as failed and made up for later
    Given a receiver of notifications that the watchdog reaches
    And the receiver answers the first 1 notifications with <status>
    When a test alert is raised
    Then it is delivered to the webhook
    And it has been refused 1 times before
    And Alertmanager has counted a failed notification

    Examples:
      | status |
      | 404    |
      | 429    |

  @GPL-ALR-001 @needs-alertmanager @serial @slow
  Scenario: A receiver that does not answer is counted as failed and asked again
    Given a receiver of notifications that the watchdog reaches
    And the receiver leaves the first notification without an answer
    When a test alert is raised
    Then it is delivered to the webhook
    And it has been refused 1 times before
    And Alertmanager has counted a failed notification
