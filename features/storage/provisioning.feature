@REQ-a7f3d9c2-001
Feature: Provision volumes

  @AC-001-01 @NFR-PERF-001.1
  Scenario: A claim with a consumer is bound within its budget
    When a pod that mounts a new claim of the default storage class is created
    Then the claim is bound to a new volume
    And provisioning stays within its budget

  @FND-STO-001 @TAL-STO-001
  Scenario: A pod starts with its volume mounted, on the node that holds the volume
    When a pod that mounts a new claim of the default storage class is created
    Then the pod becomes ready with the volume mounted
    And the volume is on the pod's node

  @OEB-STO-001
  Scenario: What a pod writes to its volume is read back
    Given a running pod with a volume of the default storage class
    When known data is written to the volume
    Then the volume holds the same data

  @OEB-STO-002
  Scenario: A claim without a consumer waits for one
    When a claim of the default storage class is created without a pod
    Then the claim stays pending, waiting for its first consumer

  @OEB-STO-005
  Scenario: A claim of an unknown storage class is left unbound with the reason
    When a pod that mounts a new claim of the storage class "no-such-class" is created
    Then the claim stays unbound
    And an event of the claim names the missing storage class "no-such-class"

  @AC-001-04.1
  Scenario: More than one storage class is offered
    When the storage classes are listed
    Then their number is within the budget "storage-classes"

  @OEB-STO-006 @FND-STO-002
  Scenario: One storage class is the default
    When the storage classes are listed
    Then exactly one of them is the default

  @AC-001-04.2
  Scenario: Each storage class provisions the claims that name it
    When a pod that mounts a claim of each storage class is created
    Then each claim is bound to a volume of the class that it names

  @TASK-010-06 @slow
  Scenario: Ten claims at once are each bound within the budget
    When ten pods that each mount a new claim of the default storage class are created
    Then each claim is bound to a new volume
    And provisioning of each stays within its budget

  @FND-STO-009
  Scenario: The local-path backend provisions directories of the node
    When a pod that mounts a new claim of the default storage class is created
    Then the claim is bound to a new volume
    And the volume is a directory of the node
