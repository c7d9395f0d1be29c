package frontend

import (
	"bytes"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net/url"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"candor/i18n"
)

// Config is what a Renderer needs.
type Config struct {
	Catalogue *i18n.Catalogue
	// Brand is the operator as pages name them, asked for each page; its colours and its logo are those at start.
	Brand func() Brand
	// Zone is the time zone in which pages tell times, asked for each.
	Zone func() *time.Location
}

// Renderer renders pages. It is safe for concurrent use.
type Renderer struct {
	brand     func() Brand
	zone      func() *time.Location
	assets    assets
	languages []i18n.Language
	// views has every template, once a language, with that language's messages bound to it.
	views map[string]*template.Template
	// wordings are those made lately, by what they were made of.
	wordings *lru.Cache[string, Wording]
}

// New parses every template for every language and renders each page once, empty, so that a mistake
// in a template stops the start and not a person's request.
func New(cfg Config) (*Renderer, error) {
	if cfg.Catalogue == nil || cfg.Brand == nil || cfg.Zone == nil {
		return nil, errors.New("frontend: Config lacks its Catalogue, Brand or Zone")
	}
	brand := cfg.Brand()
	if err := brand.check(); err != nil {
		return nil, fmt.Errorf("frontend: %w", err)
	}
	r := &Renderer{
		brand:     cfg.Brand,
		zone:      cfg.Zone,
		languages: cfg.Catalogue.Languages(),
		views:     map[string]*template.Template{},
	}
	var err error
	if r.wordings, err = lru.New[string, Wording](keptWordings); err != nil {
		return nil, fmt.Errorf("frontend: %w", err)
	}
	if r.assets, err = loadAssets(brand); err != nil {
		return nil, fmt.Errorf("frontend: load assets: %w", err)
	}
	for _, language := range r.languages {
		if err := r.addLanguage(cfg.Catalogue, language.Tag); err != nil {
			return nil, fmt.Errorf("frontend: language %s: %w", language.Tag, err)
		}
	}
	return r, nil
}

// addLanguage binds the templates to a language and tries each of them.
func (r *Renderer) addLanguage(catalogue *i18n.Catalogue, tag string) error {
	l, ok := catalogue.Localizer(tag)
	if !ok {
		return errors.New("the catalogue lists it but has no localizer for it")
	}
	views, err := template.New("").Funcs(r.functions(l.InZoneOf(r.zone))).ParseFS(files, "templates/*.html")
	if err != nil {
		return fmt.Errorf("parse templates: %w", err)
	}
	r.views[tag] = views
	for _, page := range everyPage() {
		if err := r.render(io.Discard, l, Frame{SignedInAs: "–"}, page); err != nil {
			return err
		}
	}
	return nil
}

// everyPage is one empty page of each kind.
func everyPage() []Page {
	return []Page{
		OverviewPage{},
		CategoryPage{},
		ChoicesPage{},
		HistoryPage{},
		CheckPage{},
		DownloadPage{},
		DownloadStatusPage{},
		ReceiptPage{},
		ShownPage{},
		EvidencePage{},
		EvidenceEntryPage{},
		NoticePage{},
		SignInPage{},
		CodePage{},
		PeoplePage{},
		LinkSentPage{},
		ConfirmPage{},
		SessionsPage{},
		DemoMailPage{},
		ContinuePage{},
		ErrorPage{},
		StaffHomePage{},
		RequestsPage{},
		RequestPage{},
		RequestFormPage{},
		StaffRequestsPage{},
		StaffRequestPage{},
		ClientsPage{},
		NewClientPage{},
		ClientPage{},
		RevokeClientPage{},
		StaffCustomersPage{},
		StaffCustomerPage{},
		StaffCategoryPage{},
		StaffRecordPage{},
		StaffEmergenciesPage{},
		StaffAccessesPage{},
		StaffNoticesPage{},
		StaffNoticePage{},
		NoticeEditPage{},
		ChecklistPage{},
		NoticeComparePage{},
		NoticeReviewPage{},
		KeptPage{},
		DataMapPage{},
		MapElementPage{},
		MapVersionsPage{},
		MapRecordPage{},
		StaffSignInPage{},
		EnrolPage{},
		StaffPeoplePage{},
		NewMemberPage{},
		MemberPage{},
		AccountPage{},
	}
}

// Render renders a page in the localizer's language; times are told in the Renderer's zone.
func (r *Renderer) Render(l *i18n.Localizer, f Frame, p Page) ([]byte, error) {
	var page bytes.Buffer
	if err := r.render(&page, l, f, p); err != nil {
		return nil, err
	}
	return page.Bytes(), nil
}

// Asset is the file below /assets/ that a page refers to. Its path has a digest of the content, so
// it may be cached for ever. ok is false for a path that is none.
func (r *Renderer) Asset(path string) (content []byte, contentType string, ok bool) {
	asset, ok := r.assets.byPath[path]
	return asset.content, asset.contentType, ok
}

// sheet is what templates see.
type sheet struct {
	Frame
	Page  Page
	Brand Brand
	// Operator is the operator's name in the page's language.
	Operator string
	// View is the page's name, Nav its place in the navigation.
	View string
	Nav  Nav
	// Lang and Dir are the page's language and its direction of writing.
	Lang, Dir string
	Languages []languageLink
}

// languageLink leads to the same page in another language.
type languageLink struct {
	Tag, Name, Dir, URL string
	Current             bool
}

func (r *Renderer) render(w io.Writer, l *i18n.Localizer, f Frame, p Page) error {
	views, ok := r.views[l.Tag()]
	if !ok {
		return fmt.Errorf("render %s: no templates for language %q", p.view(), l.Tag())
	}
	if f.Now.IsZero() {
		f.Now = time.Unix(0, 0).UTC()
	}
	brand := r.brand()
	s := sheet{
		Frame: f, Page: p, Brand: brand, Operator: brand.Name.In(l.Tag()), View: p.view(), Nav: p.nav(),
		Lang: l.Tag(), Dir: l.Dir(), Languages: r.languageLinks(f.URL, l.Tag()),
	}
	if err := views.ExecuteTemplate(w, p.view()+".html", s); err != nil {
		return fmt.Errorf("render %s: %w", p.view(), err)
	}
	return nil
}

// languageLinks leads to here in every language. A URL that does not parse leads to the front page.
func (r *Renderer) languageLinks(here, current string) []languageLink {
	target, err := url.Parse(here)
	if err != nil || here == "" {
		target = &url.URL{Path: "/"}
	}
	links := make([]languageLink, 0, len(r.languages))
	for _, language := range r.languages {
		query := target.Query()
		query.Set("lang", language.Tag)
		to := url.URL{Path: target.Path, RawQuery: query.Encode()}
		links = append(links, languageLink{
			Tag: language.Tag, Name: language.Name, Dir: language.Dir, URL: to.String(),
			Current: language.Tag == current,
		})
	}
	return links
}
