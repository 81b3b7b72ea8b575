module shall.dev/images/k3d

go 1.24

require github.com/k3d-io/k3d/v5 v5.8.3
