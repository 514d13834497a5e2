package source

import (
	"bytes"
	"crypto"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	"github.com/ProtonMail/go-crypto/openpgp/packet"
)

const year = 365 * 24 * time.Hour

func TestVerify(t *testing.T) {
	var (
		created = time.Now().Add(-5 * year)
		good    = newKey(t, "good", created, 0)
		expired = newKey(t, "expired", created, 2*year)
		foreign = newKey(t, "foreign", created, 0)
		revoked = newKey(t, "revoked", created, 0)
		data    = []byte("an archive")
	)
	oldSignature := sign(t, revoked, created.Add(year), data)
	if err := revoked.RevokeKey(packet.KeyCompromised, "stolen", nil); err != nil {
		t.Fatal(err)
	}
	keys, err := loadKeys(fstest.MapFS{"keys.asc": {Data: armorKeys(t, revoked, expired, good)}}, "keys.asc")
	if err != nil {
		t.Fatal(err)
	}
	// forced signs where the library would refuse to.
	forced := func(key *openpgp.Entity, when time.Time, hash crypto.Hash) []byte {
		var b bytes.Buffer
		sig := &packet.Signature{Version: 4, SigType: packet.SigTypeBinary, PubKeyAlgo: key.PrimaryKey.PubKeyAlgo, Hash: hash,
			CreationTime: when, IssuerKeyId: &key.PrimaryKey.KeyId}
		h := hash.New()
		h.Write(data)
		if err := sig.Sign(h, key.PrivateKey, &packet.Config{NonDeterministicSignaturesViaNotation: packet.BoolPointer(false)}); err != nil {
			t.Fatal(err)
		}
		if err := sig.Serialize(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	binary := func(armored []byte) []byte {
		block, err := armor.Decode(bytes.NewReader(armored))
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		b.ReadFrom(block.Body)
		return b.Bytes()
	}
	fresh := sign(t, good, time.Now(), data)
	for _, tt := range []struct {
		name      string
		signature []byte
		data      string
		want      string // part of the signer or, with a "!", of the error
	}{
		{"good", fresh, "", "good <good@example.org> ("},
		{"binary", binary(fresh), "", "good <"},
		{"sha512", forced(good, time.Now(), crypto.SHA512), "", "good <"},
		{"expired since", sign(t, expired, created.Add(year), data), "", "expired <"},
		{"after it expired", forced(expired, created.Add(3*year), crypto.SHA256), "", "!not valid on " + created.Add(3*year).UTC().Format("2006-01-02")},
		{"before the key was made", forced(good, created.Add(-year), crypto.SHA256), "", "!not valid on"},
		{"in the future", forced(good, time.Now().Add(year), crypto.SHA256), "", "!expired"},
		{"revoked", oldSignature, "", "!revoked"},
		{"unknown key", sign(t, foreign, time.Now(), data), "", "!none of keys.asc"},
		{"sha1", forced(good, time.Now(), crypto.SHA1), "", "!SHA-1"},
		{"other data", fresh, "another archive", "!signature"},
		{"cut", fresh[:len(fresh)/2], "", "!"},
		{"not a signature", []byte("<html>not found</html>"), "", "!"},
		{"armoured key", armorKeys(t, good), "", "!not an OpenPGP signature"},
		{"SSH", []byte("-----BEGIN SSH SIGNATURE-----\n\nU1NIU0lH\n-----END SSH SIGNATURE-----\n"), "", "!not an OpenPGP signature"},
		{"empty", nil, "", "!"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			signed := data
			if tt.data != "" {
				signed = []byte(tt.data)
			}
			by, err := keys.verify(bytes.NewReader(signed), tt.signature)
			want, bad := strings.CutPrefix(tt.want, "!")
			switch {
			case bad && err == nil:
				t.Errorf("accepted: %v", by)
			case bad && !strings.Contains(err.Error(), want):
				t.Errorf("no %q in: %v", want, err)
			case !bad && err != nil:
				t.Error(err)
			case !bad && !strings.HasPrefix(by.String(), want):
				t.Errorf("signed by %v, expected %q", by, want)
			case !bad && !keys.has(by.Fingerprint):
				t.Errorf("the ring does not know %v", by)
			}
		})
	}
	if keys.has(signerOf(foreign)) {
		t.Error("the ring has a key that is not in it")
	}
}

func signerOf(e *openpgp.Entity) string {
	return fmt.Sprintf("%X", e.PrimaryKey.Fingerprint)
}

func TestLoadKeysRefuses(t *testing.T) {
	private := func() []byte {
		var b bytes.Buffer
		w, err := armor.Encode(&b, openpgp.PrivateKeyType, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := newKey(t, "k", released, 0).SerializePrivate(w, nil); err != nil {
			t.Fatal(err)
		}
		w.Close()
		return b.Bytes()
	}
	for _, tt := range []struct {
		name, want string
		data       []byte
	}{
		{"missing", "not exist", nil},
		{"empty", "no public key", []byte{}},
		{"text", "no public key", []byte("hello\n")},
		{"private", "not only public keys", private()},
		{"cut", "", armorKeys(t, newKey(t, "k", released, 0))[:120]},
	} {
		t.Run(tt.name, func(t *testing.T) {
			fsys := fstest.MapFS{}
			if tt.data != nil {
				fsys["keys.asc"] = &fstest.MapFile{Data: tt.data}
			}
			_, err := loadKeys(fsys, "keys.asc")
			if err == nil {
				t.Fatal("no error")
			}
			checkError(t, err, 2, "keys.asc", tt.want)
		})
	}
}

// TestRecipeKeys reads the keys that recipes use: all that Debian has for the
// branch, which are those of the release managers.
func TestRecipeKeys(t *testing.T) {
	dir := "../../../../recipes/keys"
	want := map[string][]string{
		"php-7.4.asc": {"5A52880781F755608BF815FC910DEB46F53EA312", "42670A7FE4D0441C8E4632349E4FDC074A4EF02D"},
		"php-8.2.asc": {"1198C0117593497A5EC5C199286AF1F9897469DC", "E60913E4DF209907D8E30D96659A97C9CF2A795A"},
		"php-8.4.asc": {"AFD8691FDAEDF03BDF6E460563F15A9B715376CA", "9D7F99A0CB8F05C8A6958D6256A97AF7600A39A6", "0616E93D95AF471243E26761770426E17EBBB3DD"},
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.asc"))
	if err != nil || len(files) == 0 {
		t.Fatal("no keys", err)
	}
	for _, file := range files {
		name := filepath.Base(file)
		keys, err := loadKeys(os.DirFS(dir), name)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(keys.entities) != len(want[name]) {
			t.Errorf("%s holds %d keys, expected %d", name, len(keys.entities), len(want[name]))
		}
		for _, fingerprint := range want[name] {
			if !keys.has(fingerprint) {
				t.Errorf("%s lacks %s", name, fingerprint)
			}
		}
	}
}
