Feature: Store objects

  @FND-STO-004
  Scenario: Each component that stores objects has its bucket
    When the buckets of the S3 service are asked for
    Then there is a bucket for each component that stores objects

  @FND-STO-005
  Scenario: An object comes back byte for byte
    When an object of 1 MiB is stored
    Then the same bytes come back
