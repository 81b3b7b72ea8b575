# Features run in the order of their files' names: this one is the last, so that it sees the provisioner's work in the others.
Feature: Bound the memory of the storage component

  @NFR-SCALE-001
  Scenario: Each provisioner pod stays below its memory limit while it works
    Given a running pod with a volume of the default storage class
    When five more claims of the default storage class are provisioned
    Then the working set of each provisioner pod stays within its budget
    And it stayed within its budget since the run began
