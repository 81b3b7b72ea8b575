Feature: Keep the records of a zone

  @FND-DNS-001 @needs-external-dns
  Scenario: The record of an ingress is answered with its owner
    When an ingress with a host name is created
    Then the name server answers its address
    And the ownership record names the owner and the object

  @FND-DNS-002 @needs-external-dns
  Scenario: The record of a deleted ingress is gone
    Given an ingress whose record is answered
    When the ingress is deleted
    Then the name server says that there is no such name

  @FND-DNS-009 @needs-external-dns
  Scenario: The record of a service is written by signed updates
    When a service with an annotated host name is created
    Then the name server answers its address
    And the ownership record names the owner and the object

  @FND-DNS-009 @needs-external-dns
  Scenario: A changed address is answered alone
    Given a service whose record is answered
    When the address of the service changes
    Then the name server answers the new address alone

  @FND-DNS-009 @needs-external-dns
  Scenario: An update with a wrong key writes nothing
    When an update that a wrong key signs is sent to the name server
    Then the name server refuses it because of its signature
    And the name server says that there is no such name

  @FND-DNS-009 @needs-external-dns
  Scenario: external-dns with a wrong key writes nothing
    When external-dns runs with a wrong key for a service
    Then external-dns logs that its update was refused because of the signature
    And the name server says that there is no such name

  @FND-DNS-001 @needs-external-dns
  Scenario: The record of another owner is left alone
    When a service asks for a name whose record another owner holds
    Then the name server answers its address
    And the record of the other owner is as it was
