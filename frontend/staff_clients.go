package frontend

import "time"

// NavStaffClients is the staff's entry of API clients.
const NavStaffClients Nav = "staff_clients"

// ClientShows is how an API client shows who it is.
type ClientShows string

// The ways.
const (
	ShowsSecret  ClientShows = "secret"
	ShowsKeys    ClientShows = "keys"
	ShowsOutside ClientShows = "outside"
)

// Client is an API client, as staff see it.
type Client struct {
	ID, Name string
	// URL is the client's own page.
	URL    string
	Scopes []string
	Shows  ClientShows
	// AddedAt is when it was added, UsedOn the day on which it last got a token; RevokedAt is zero while it may call.
	AddedAt, UsedOn, RevokedAt time.Time
	// OldEndsAt is when the old one of two secrets ends; zero if there are not two.
	OldEndsAt time.Time
}

// ClientCredential is a secret or a key of a client.
type ClientCredential struct {
	// ID is what a form names a secret by, and for a key its kid.
	ID string
	// AddedAt is when it was made; EndsAt when it ends, zero for no end; UsedOn the day of the last use, zero for never.
	AddedAt, EndsAt, UsedOn time.Time
}

// ClientsPage is "/staff/clients".
type ClientsPage struct {
	Clients, Revoked []Client
}

// ScopeChoice is a scope that a client can be given.
type ScopeChoice struct {
	Scope  string
	Chosen bool
}

// NewClientPage is "/staff/clients/new": the form, also after it was filled in wrongly.
type NewClientPage struct {
	Name   string
	Scopes []ScopeChoice
	Keys   string
	// Issuer is the trusted outside issuer; empty if none is trusted. Outside is the client's id there.
	Issuer, Outside string
	// Problem says in the person's language what is wrong, in the Field of that name.
	Problem, Field string
}

// ClientDone names what has just been done to a client.
type ClientDone string

// What can be done.
const (
	ClientAdded       ClientDone = "added"
	ClientNewSecret   ClientDone = "new_secret"
	ClientSecretEnded ClientDone = "secret_ended"
	ClientKeysChanged ClientDone = "keys_changed"
	ClientRevoked     ClientDone = "revoked"
)

// ClientPage is "/staff/clients/{id}".
type ClientPage struct {
	Client  Client
	Secrets []ClientCredential
	Keys    []ClientCredential
	// NewSecret is shown this once, and is on no other page.
	NewSecret string
	// Days is how long the old secret stays good beside a new one, by default; MaxDays the longest.
	Days, MaxDays int
	// StopsWithin is how long tokens of a revoked client may go on.
	StopsWithin time.Duration
	Done        ClientDone
	// Problem says in the person's language why something was not done, in the Field of that name.
	Problem, Field string
	// TokenURL is where it gets its tokens.
	TokenURL string
}

// RevokeClientPage is "/staff/clients/{id}/revoke": are you sure?
type RevokeClientPage struct {
	Client      Client
	StopsWithin time.Duration
}

func (ClientsPage) view() string      { return "staff_clients" }
func (NewClientPage) view() string    { return "staff_client_new" }
func (ClientPage) view() string       { return "staff_client" }
func (RevokeClientPage) view() string { return "staff_client_revoke" }

func (ClientsPage) nav() Nav      { return NavStaffClients }
func (NewClientPage) nav() Nav    { return NavStaffClients }
func (ClientPage) nav() Nav       { return NavStaffClients }
func (RevokeClientPage) nav() Nav { return NavStaffClients }

// scopeIDs are the messages that say what each scope lets a client do.
var scopeIDs = map[string]string{
	"customers": "customers", "records": "records", "sessions": "sessions", "consents:read": "consents_read",
	"consents:write": "consents_write", "notices:read": "notices_read", "notices:write": "notices_write",
	"webhooks": "webhooks", "tasks": "tasks",
}

// scope says what a scope lets a client do; nothing of one that is not known here.
func (w writer) scope(scope string) string {
	id, ok := scopeIDs[scope]
	if !ok {
		return ""
	}
	return w.l.T("scope." + id)
}

// orKnown is a value that templates look messages up by, or what stands for one that is empty on an empty page.
func orKnown[T ~string](value, otherwise T) T {
	if value == "" {
		return otherwise
	}
	return value
}

func shownBy(s ClientShows) ClientShows { return orKnown(s, ShowsSecret) }

// clientTable is a table of clients: those that may call, or those that were revoked.
type clientTable struct {
	Clients []Client
	Revoked bool
}
