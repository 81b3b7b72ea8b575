// Package factory makes the registry that the configuration names: those that need no cloud's client library.
package factory

import (
	"fmt"

	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/registry"
	"sigs.k8s.io/external-dns/registry/noop"
	"sigs.k8s.io/external-dns/registry/txt"
)

// Select makes the configured registry.
func Select(cfg *externaldns.Config, records provider.Provider) (registry.Registry, error) {
	switch cfg.Registry {
	case externaldns.RegistryNoop:
		return noop.New(cfg, records)
	case externaldns.RegistryTXT:
		return txt.New(cfg, records)
	default:
		return nil, fmt.Errorf("registry %q is not in this build", cfg.Registry)
	}
}
