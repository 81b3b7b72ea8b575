Feature: Keep provisioning available

  @FND-STO-003
  Scenario: The storage component is ready
    When the storage component is asked for its state
    Then every replica of it is ready
