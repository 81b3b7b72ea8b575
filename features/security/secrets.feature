Feature: Keep Secrets encrypted in Git

  @NFR-SEC-001.1
  Scenario: Each Secret manifest of the stack in Git is encrypted with SOPS
    When the Secret manifests of the stack are read from Git
    Then none of them holds a value in plain text
    And what of them Git must keep is encrypted with SOPS and an age key

  @AC-002-04
  Scenario: The file of Velero's S3 Secret holds no value in plain text
    When the Secret manifests of the stack are read from Git
    Then the file of Velero's S3 Secret is encrypted with SOPS and an age key

  @TASK-003-01
  Scenario: Velero's S3 Secret has what reaches the S3 server
    When Velero's S3 Secret is read
    Then it has values for the keys "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY", "S3_ENDPOINT" and "S3_BUCKET"

  @OEB-CRT-001 @serial
  Scenario: Velero starts with the S3 credentials that SOPS encrypts
    When Velero starts anew
    Then the Secret of its credentials holds what SOPS decrypts
    And the S3 server takes these credentials from it
