Feature: Deliver alerts to a receiver that has faults

  @GPL-ALR-001 @needs-alertmanager
  Scenario: A receiver that fails is tried again until it takes the alert
    Given a receiver of notifications that the watchdog reaches
    And the receiver answers the first 2 notifications with 500
    When a test alert is raised
    Then it is delivered to the webhook
    And it has been refused 2 times before

  @GPL-ALR-001 @needs-alertmanager @serial @slow
  Scenario: Refusals are counted as failed and made up for later
    Given a receiver of notifications that the watchdog reaches
    And the receiver answers the first notification of each of these alerts so:
      | alert   | answer |
      | missing | 404    |
      | limited | 429    |
      | hanging | none   |
    When these alerts are raised
    Then each of these alerts is delivered to the webhook after a refusal
    And Alertmanager has counted a failed notification for each of these alerts
