package signin

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"candor/models"
	"candor/models/store"
)

// StaffProvider is where members of staff sign in: an OpenID Connect provider that says their groups.
type StaffProvider struct {
	Provider

	// RolesClaim names the member of the ID token that lists groups or roles, such as groups or realm_access.roles. Roles says
	// which roles here each of its values gives; any other gives none.
	RolesClaim string
	Roles      map[string][]string
	// ACR is the authentication context class that the provider must vouch for; empty for any. MaxAge is how long ago the
	// person may have signed in there; 0 for any time.
	ACR    string
	MaxAge time.Duration
}

// ErrNoRole: the account is good, and has no role here.
var ErrNoRole = models.Fail(models.Forbidden, "staff_no_role")

// StaffClaims is what the provider says of a member of staff.
type StaffClaims struct {
	Issuer, Subject, Name, Email string
	Roles                        []string // at least one
}

// BeginStaff gives the address to send a member's browser to, and the browser's part. ErrNoSuchWay, ErrProviderDown,
// ErrTooMany.
func (s *Service) BeginStaff(ctx context.Context, network string) (string, Pending, error) {
	p := s.cfg.Staff
	if p == nil {
		return "", Pending{}, ErrNoSuchWay
	}
	var options []oauth2.AuthCodeOption
	if p.ACR != "" {
		options = append(options, oauth2.SetAuthURLParam("acr_values", p.ACR))
	}
	if p.MaxAge > 0 {
		options = append(options, oauth2.SetAuthURLParam("max_age", strconv.Itoa(int(p.MaxAge/time.Second))))
	}
	return s.sendTo(ctx, &p.Provider, store.Challenge{Kind: kindStaff}, network, options...)
}

// FinishStaff says for whom the provider vouches, and in which roles: ErrNoRole if in none. It takes a callback once.
func (s *Service) FinishStaff(ctx context.Context, secret string, back Callback) (StaffClaims, error) {
	p := s.cfg.Staff
	if p == nil {
		return StaffClaims{}, ErrNoSuchWay
	}
	_, id, err := s.takeBack(ctx, &p.Provider, kindStaff, secret, back)
	if err != nil {
		return StaffClaims{}, err
	}
	return p.read(id, s.cfg.Clock())
}

func (p *StaffProvider) read(id *oidc.IDToken, now time.Time) (StaffClaims, error) {
	var known struct {
		Name     string `json:"name"`
		Username string `json:"preferred_username"`
		Email    string `json:"email"`
		ACR      string `json:"acr"`
		AuthTime int64  `json:"auth_time"`
	}
	var all map[string]any
	if id.Claims(&known) != nil || id.Claims(&all) != nil {
		return StaffClaims{}, ErrOIDCFailed.Because(errors.New("the ID token's claims cannot be read"))
	}
	switch {
	case p.ACR != "" && known.ACR != p.ACR:
		return StaffClaims{}, ErrOIDCFailed.Because(errors.New("the provider did not authenticate as the settings ask: acr"))
	case p.MaxAge > 0 && (known.AuthTime == 0 || now.Sub(time.Unix(known.AuthTime, 0)) > p.MaxAge+oidcSkew):
		return StaffClaims{}, ErrOIDCFailed.Because(errors.New("the person signed in at the provider too long ago: auth_time"))
	}
	out := StaffClaims{Issuer: id.Issuer, Subject: id.Subject, Name: known.Name, Email: known.Email, Roles: p.roles(all)}
	if out.Name == "" {
		out.Name = known.Username
	}
	if len(out.Roles) == 0 {
		return StaffClaims{}, ErrNoRole
	}
	return out, nil
}

// roles are those that the claim's values give. A dot in the claim's name leads into an object.
func (p *StaffProvider) roles(claims map[string]any) (roles []string) {
	value, ok := claims[p.RolesClaim]
	if !ok {
		value = claims
		for part := range strings.SplitSeq(p.RolesClaim, ".") {
			object, _ := value.(map[string]any)
			value = object[part]
		}
	}
	values, _ := value.([]any)
	if one, ok := value.(string); ok {
		values = []any{one}
	}
	for _, v := range values {
		group, _ := v.(string)
		for _, role := range p.Roles[group] {
			if !slices.Contains(roles, role) {
				roles = append(roles, role)
			}
		}
	}
	return roles
}
