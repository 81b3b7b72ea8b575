Feature: Answer at the health address of each service

  @MAC-AVA-004 @needs-containers
  Scenario: Prometheus answers its health address
    When a client requests "http://prometheus.macula.local/-/healthy"
    Then the answer has the status 200
    And Nginx passed the request to "172.23.0.20:9090"

  @MAC-AVA-006 @needs-containers
  Scenario: Loki answers its health address
    When a client requests "http://loki.macula.local/ready"
    Then the answer has the status 200
    And Nginx passed the request to "172.23.0.22:3100"

  @MAC-AVA-005 @needs-containers @needs-image-pull
  Scenario: Grafana answers its health address
    When a client requests "http://grafana.macula.local/api/health"
    Then the answer has the status 200
    And Nginx passed the request to "172.23.0.21:3000"

  @MAC-AVA-007 @needs-containers @needs-image-pull
  Scenario: Tempo answers its health address
    When a client requests "http://tempo.macula.local/ready"
    Then the answer has the status 200
    And Nginx passed the request to "172.23.0.23:3200"

  @MAC-AVA-008 @needs-containers @needs-image-pull
  Scenario: Excalidraw answers its address
    When a client requests "http://draw.macula.local/"
    Then the answer has the status 200
    And Nginx passed the request to "172.23.0.24:80"
