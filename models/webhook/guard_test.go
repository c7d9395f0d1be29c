package webhook

import (
	"net/netip"
	"testing"
)

func TestWhichAddressesMayBeCalled(t *testing.T) {
	for text, want := range map[string]bool{
		"93.184.215.14": true, "1.1.1.1": true, "2606:2800:21f:cb07:6820:80da:af6b:8b2c": true, "::ffff:1.1.1.1": true,
		"100.63.255.255": true, "172.32.0.1": true, "192.167.255.255": true, "11.0.0.1": true, "223.255.255.255": true,

		"0.0.0.0": false, "0.1.2.3": false, "127.0.0.1": false, "127.255.255.254": false, "10.0.0.1": false, "10.255.255.255": false,
		"100.64.0.1": false, "100.100.100.200": false, "100.127.255.255": false, "169.254.169.254": false, "169.254.170.2": false,
		"172.16.0.1": false, "172.31.255.255": false, "192.168.1.1": false, "192.0.0.192": false, "192.0.2.1": false,
		"192.88.99.1": false, "198.18.0.1": false, "198.19.255.255": false, "198.51.100.1": false, "203.0.113.1": false,
		"224.0.0.1": false, "239.255.255.255": false, "240.0.0.1": false, "255.255.255.255": false, "168.63.129.16": false,

		"::": false, "::1": false, "::10.0.0.1": false, "::1.1.1.1": false, "::ffff:10.0.0.1": false, "::ffff:127.0.0.1": false,
		"::ffff:169.254.169.254": false, "::ffff:0:10.0.0.1": false, "64:ff9b::a00:1": false, "64:ff9b::101:101": false, "64:ff9b:1::a00:1": false, "100::1": false,
		"2001::1": false, "2001:0:4136:e378:8000:63bf:3fff:fdd2": false, "2001:db8::1": false, "2002:a00:1::": false, "2002:7f00:1::1": false,
		"3fff::1": false, "5f00::1": false, "fc00::1": false, "fd00:ec2::254": false, "fe80::1": false, "fe80::1%eth0": false, "fec0::1": false, "ff02::1": false,
	} {
		if got := (guard{}).admits(netip.MustParseAddr(text)); got != want {
			t.Errorf("%s: %v, want %v", text, got, want)
		}
		address := netip.AddrPortFrom(netip.MustParseAddr(text), 443).String()
		if err := (guard{}).control("tcp", address, nil); (err == nil) != want {
			t.Errorf("connecting to %s: %v", address, err)
		}
	}
	if (guard{}).admits(netip.Addr{}) || (guard{}).control("tcp", "no address", nil) == nil {
		t.Error("what is no address may be called")
	}
	internal := guard{allowed: []netip.Prefix{netip.MustParsePrefix("10.1.2.0/24")}}
	for text, want := range map[string]bool{"10.1.2.3": true, "::ffff:10.1.2.3": true, "10.1.3.1": false, "127.0.0.1": false, "1.1.1.1": true} {
		if got := internal.admits(netip.MustParseAddr(text)); got != want {
			t.Errorf("with 10.1.2.0/24 allowed, %s: %v", text, got)
		}
	}
	trial := guard{loopback: true}
	for text, want := range map[string]bool{"127.0.0.1": true, "::1": true, "10.0.0.1": false, "169.254.169.254": false} {
		if got := trial.admits(netip.MustParseAddr(text)); got != want {
			t.Errorf("with loopback allowed, %s: %v", text, got)
		}
	}
}
