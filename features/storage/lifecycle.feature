@REQ-a7f3d9c2-001
Feature: Keep and reclaim volumes

  @OEB-STO-003
  Scenario: Data survives the replacement of its pod
    Given a running pod with a volume that holds known data
    When the pod is replaced
    Then the volume holds the same data

  @OEB-STO-004
  Scenario: A deleted claim gives back its volume and its directory
    Given a running pod with a volume that holds known data
    When the pod and its claim are deleted
    Then the claim's volume is gone
    And the volume's directory is gone from the node
