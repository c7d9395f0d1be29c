// Package address says where a request comes from when proxies stand before the site.
package address

import (
	"net/netip"
	"slices"
	"strings"

	"github.com/gofiber/fiber/v2"
)

// Finder knows which proxies are the operator's own.
type Finder struct{ Proxies []netip.Prefix }

// Of is the address that a request comes from: the last one in X-Forwarded-For that is not a proxy of
// the operator's, as each of those added the address it was asked from. What stands before it anybody
// may have written. Without such a proxy the header means nothing.
func (f Finder) Of(c *fiber.Ctx) netip.Addr {
	remote, _ := netip.AddrFromSlice(c.Context().RemoteIP())
	remote = remote.Unmap()
	if !f.own(remote) {
		return remote
	}
	for _, hop := range slices.Backward(strings.Split(c.Get(fiber.HeaderXForwardedFor), ",")) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			return remote
		}
		if remote = addr.Unmap(); !f.own(remote) {
			return remote
		}
	}
	return remote
}

// Network is the one that a request comes from: enough to recognise oneself, too little to be found. Empty if it is not
// known.
func (f Finder) Network(c *fiber.Ctx) string {
	addr, bits := f.Of(c), 48
	if addr.Is4() {
		bits = 24
	}
	prefix, err := addr.Prefix(bits)
	if err != nil {
		return ""
	}
	return prefix.String()
}

func (f Finder) own(addr netip.Addr) bool {
	return slices.ContainsFunc(f.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}
