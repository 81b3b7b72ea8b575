@REQ-a7f3d9c2-002
Feature: Keep backups as long as they are wanted

  @AC-002-02.1
  Scenario: The daily schedule starts a backup at 02:00 UTC
    When the daily schedule is asked for
    Then it is enabled with the expression "0 2 * * *"
    And Velero reads its clock in UTC

  @AC-002-02.2
  Scenario: A backup of the daily schedule is kept as long as the budget says
    When a schedule with the daily schedule's template comes due
    Then a backup of the schedule appears
    And the retention of the backup is within its budget

  @FND-BKP-004
  Scenario: A schedule creates a backup at the time that it names
    When a schedule with the daily schedule's template comes due
    Then a backup of the schedule appears

  @FND-BKP-013
  Scenario: A backup expires at the end of its retention
    Given a namespace with a config map
    When its namespace is backed up with a retention of 2 hours
    Then the backup expires 2 hours after it was created

  @FND-BKP-005
  Scenario: A deleted backup leaves no object in the bucket
    Given a namespace with a config map
    And a completed backup of the namespace
    When the backup is deleted
    Then the backup is gone
    And no object of the backup is left in the bucket

  @FND-BKP-014 @slow
  Scenario: An expired backup leaves no object in the bucket
    Given a namespace with a config map
    And a completed backup of the namespace with a retention of 1 minute
    When its retention has passed
    Then the backup is gone
    And no object of the backup is left in the bucket
