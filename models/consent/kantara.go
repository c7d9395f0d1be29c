package consent

import (
	"candor/models/ledger"
)

// Kantara is a receipt in the form of the Kantara Consent Receipt Specification v1.1.
type Kantara struct {
	Version          string              `json:"version"`
	Jurisdiction     string              `json:"jurisdiction"`
	ConsentTimestamp int64               `json:"consentTimestamp"` // seconds since 1970
	CollectionMethod string              `json:"collectionMethod"`
	ConsentReceiptID string              `json:"consentReceiptID"`
	Language         string              `json:"language"`
	PIIPrincipalID   string              `json:"piiPrincipalId"`
	PIIControllers   []KantaraController `json:"piiControllers"`
	PolicyURL        string              `json:"policyUrl"`
	Services         []KantaraService    `json:"services"`
	Sensitive        bool                `json:"sensitive"`
	SPICat           []string            `json:"spiCat"`
}

// KantaraController is who is responsible.
type KantaraController struct {
	PIIController    string `json:"piiController"`
	Contact          string `json:"contact"`
	Address          string `json:"address"`
	Email            string `json:"email"`
	Phone            string `json:"phone"`
	PIIControllerURL string `json:"piiControllerUrl,omitempty"`
}

// KantaraService is what the data is used in.
type KantaraService struct {
	Service  string           `json:"service"`
	Purposes []KantaraPurpose `json:"purposes"`
}

// KantaraPurpose is what for.
type KantaraPurpose struct {
	Purpose              string   `json:"purpose"`
	PurposeCategory      []string `json:"purposeCategory"`
	ConsentType          string   `json:"consentType"`
	PIICategory          []string `json:"piiCategory"`
	PrimaryPurpose       bool     `json:"primaryPurpose"`
	Termination          string   `json:"termination"`
	ThirdPartyDisclosure bool     `json:"thirdPartyDisclosure"`
	ThirdPartyName       string   `json:"thirdPartyName,omitempty"`
}

// ToKantara projects a receipt onto Kantara's form, which has no place for the proof.
func ToKantara(r ledger.Receipt) (Kantara, error) {
	at, err := ledger.ParseTime(r.Events[len(r.Events)-1].EventTime)
	if err != nil {
		return Kantara{}, err
	}
	p := r.Processing.Purposes[0]
	k := Kantara{
		Version: "KI-CR-v1.1.0", Jurisdiction: p.Jurisdiction, ConsentTimestamp: at.Unix(),
		CollectionMethod: p.CollectionMethod, ConsentReceiptID: r.Record.RecordID, Language: r.Processing.Language,
		PIIPrincipalID: r.Record.PIIPrincipalID, PolicyURL: r.Processing.PrivacyNotice, SPICat: []string{},
	}
	purpose := KantaraPurpose{
		Purpose: p.Purpose, PurposeCategory: []string{p.PurposeType}, ConsentType: "EXPLICIT",
		Termination: p.WithdrawalMethod, ThirdPartyDisclosure: len(p.RecipientThirdParties) > 0,
	}
	for _, info := range p.PIIInformation {
		purpose.PIICategory = append(purpose.PIICategory, info.PIIType)
		if info.SpecialPIICategory {
			k.Sensitive, k.SPICat = true, append(k.SPICat, info.PIIType)
		}
	}
	for _, party := range r.Parties {
		switch party.PartyRole {
		case "pii_controller":
			k.PIIControllers = append(k.PIIControllers, KantaraController{
				PIIController: party.PartyName, Contact: party.PartyContact, Address: party.PartyAddress,
				Email: party.PartyEmail, Phone: party.PartyPhone, PIIControllerURL: party.PartyURL,
			})
			k.Services = []KantaraService{{Service: party.PartyName, Purposes: []KantaraPurpose{}}}
		case "third_party":
			if purpose.ThirdPartyName == "" {
				purpose.ThirdPartyName = party.PartyName
			} else {
				purpose.ThirdPartyName += ", " + party.PartyName
			}
		}
	}
	if len(k.Services) > 0 {
		k.Services[0].Purposes = append(k.Services[0].Purposes, purpose)
	}
	return k, nil
}
