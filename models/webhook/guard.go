package webhook

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"candor/models"
)

// What is wrong with an address.
var (
	errBadURL  = models.Fail(models.Invalid, "bad_webhook_url").In("url")
	errPrivate = models.Fail(models.Invalid, "private_address").In("url")
	// errRefused is what a connection fails with to an address that must not be called.
	errRefused = errors.New("the address is not public")
)

// maxURL is how long an endpoint's URL may be, in bytes.
const maxURL = 2000

// special are the networks that are not the public internet (IANA's registries of special-purpose addresses, RFC 6890), or
// lead on to one that may not be: whoever may name an endpoint must not reach what only this server can reach.
var special = networks(
	"0.0.0.0/8",        // this network
	"10.0.0.0/8",       // private
	"100.64.0.0/10",    // carrier-grade NAT; some clouds' metadata
	"127.0.0.0/8",      // loopback
	"169.254.0.0/16",   // link-local; most clouds' metadata
	"172.16.0.0/12",    // private
	"192.0.0.0/24",     // protocol assignments
	"192.0.2.0/24",     // documentation
	"192.88.99.0/24",   // 6to4 relays
	"192.168.0.0/16",   // private
	"198.18.0.0/15",    // benchmarks
	"198.51.100.0/24",  // documentation
	"203.0.113.0/24",   // documentation
	"224.0.0.0/4",      // multicast
	"240.0.0.0/4",      // reserved, broadcast
	"168.63.129.16/32", // a cloud's platform service, reachable from its machines alone
	"2001::/23",        // protocol assignments, Teredo among them
	"2001:db8::/32",    // documentation
	"2002::/16",        // 6to4: holds an IPv4 address
	"3fff::/20",        // documentation
)

// global is where public IPv6 addresses are from. What is outside is not called: unspecified, loopback, IPv4-mapped and
// -compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard, unique local (some clouds' metadata), link-local, multicast.
var global = netip.MustParsePrefix("2000::/3")

func networks(texts ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(texts))
	for i, text := range texts {
		out[i] = netip.MustParsePrefix(text)
	}
	return out
}

// guard says what may be called.
type guard struct {
	loopback bool
	allowed  []netip.Prefix
}

// admits says whether an address may be called.
func (g guard) admits(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	within := func(network netip.Prefix) bool { return network.Contains(ip) }
	switch {
	case slices.ContainsFunc(g.allowed, within), g.loopback && ip.IsLoopback():
		return true
	case !ip.IsValid(), slices.ContainsFunc(special, within):
		return false
	}
	return ip.Is4() || global.Contains(ip)
}

// control looks at the address that is about to be connected to. The name has been resolved by then, so that an answer of
// the DNS that changes afterwards leads nowhere else.
func (g guard) control(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return errRefused
	}
	ip, err := netip.ParseAddr(host)
	if err != nil || !g.admits(ip) {
		return errRefused
	}
	return nil
}

// checkURL refuses what is certain to be refused later, or would send more than a message: credentials.
func (g guard) checkURL(text string) error {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxURL || u.Hostname() == "" || u.User != nil || u.Fragment != "" || u.Opaque != "" ||
		strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r > '~' }) {
		return errBadURL
	}
	if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Port() != "" && (err != nil || port == 0) {
		return errBadURL
	}
	ip, notIP := netip.ParseAddr(u.Hostname())
	local := u.Hostname() == "localhost" || (notIP == nil && ip.Unmap().IsLoopback())
	if u.Scheme != "https" && (u.Scheme != "http" || !g.loopback || !local) {
		return errBadURL
	}
	if (local && !g.loopback && (notIP != nil || !g.admits(ip))) || (notIP == nil && !g.admits(ip)) {
		return errPrivate
	}
	return nil
}
