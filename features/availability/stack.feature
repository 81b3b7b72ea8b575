Feature: Keep the stack available

  @FND-AVA-002 @serial
  Scenario: Each component of the stack is ready
    When the components of the stack are asked for their state
    Then every replica of each is ready, and each component of the profile is among them

  @NFR-AVAIL-001
  Scenario: A pod writes to its volume while Velero backs it up
    Given a running pod with a volume that holds known data
    When its namespace is backed up
    And its pod writes to the volume until the backup ends
    Then each write during the backup is complete
    And the backup is complete in S3
    And every volume of the namespace is in the backup
