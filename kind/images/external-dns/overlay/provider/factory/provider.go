// Package factory makes the provider that the configuration names: the four that need no cloud's client library, in the
// place of upstream's 27. The rest of the controller is upstream's own.
package factory

import (
	"context"
	"fmt"

	"sigs.k8s.io/external-dns/endpoint"
	"sigs.k8s.io/external-dns/pkg/apis/externaldns"
	"sigs.k8s.io/external-dns/provider"
	"sigs.k8s.io/external-dns/provider/inmemory"
	"sigs.k8s.io/external-dns/provider/pdns"
	"sigs.k8s.io/external-dns/provider/rfc2136"
	"sigs.k8s.io/external-dns/provider/webhook"
)

type constructor func(context.Context, *externaldns.Config, *endpoint.DomainFilter) (provider.Provider, error)

var constructors = map[string]constructor{
	externaldns.ProviderInMemory: inmemory.New,
	externaldns.ProviderPDNS:     pdns.New,
	externaldns.ProviderRFC2136:  rfc2136.New,
	externaldns.ProviderWebhook:  webhook.New,
}

// Select makes the configured provider, behind a cache where one is configured.
func Select(ctx context.Context, cfg *externaldns.Config, filter *endpoint.DomainFilter) (provider.Provider, error) {
	construct, known := constructors[cfg.Provider]
	if !known {
		return nil, fmt.Errorf("dns provider %q is not in this build", cfg.Provider)
	}
	made, err := construct(ctx, cfg, filter)
	if err != nil || made == nil || cfg.ProviderCacheTime <= 0 {
		return made, err
	}
	return provider.NewCachedProvider(made, cfg.ProviderCacheTime), nil
}
