package source

import (
	"bufio"
	"bytes"
	"crypto"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/ProtonMail/go-crypto/openpgp"
	"github.com/ProtonMail/go-crypto/openpgp/armor"
	pgperrors "github.com/ProtonMail/go-crypto/openpgp/errors"
	"github.com/ProtonMail/go-crypto/openpgp/packet"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/cache"
	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/diag"
)

// keyring holds the keys that may sign a branch's releases.
type keyring struct {
	file     string
	entities openpgp.EntityList
	digest   cache.Digest
}

// signer is who vouches for an archive or a tag; zero if nobody does. Only the
// owner of a key has a fingerprint.
type signer struct {
	Name        string
	Fingerprint string
}

func (s signer) String() string {
	if s.Fingerprint == "" {
		return s.Name
	}
	return strings.TrimSpace(s.Name + " (" + s.Fingerprint + ")")
}

// goodHashes are those that a signature may be made over. SHA-1 and MD5 are
// not: two files with one sum can be made.
var goodHashes = []crypto.Hash{
	crypto.SHA256, crypto.SHA384, crypto.SHA512, crypto.SHA3_256, crypto.SHA3_512,
}

// loadKeys reads a file of armoured public keys, which may be several blocks.
func loadKeys(fsys fs.FS, file string) (*keyring, error) {
	k := &keyring{file: file}
	data, err := fs.ReadFile(fsys, file)
	if err == nil {
		k.entities, err = parseKeys(data)
	}
	if err != nil {
		return nil, &diag.Error{Exit: diag.Usage, Op: "read the keys that sign releases", Path: file, Err: err}
	}
	h := cache.NewHasher("keys/v1")
	h.String("keys", string(data))
	k.digest = h.Sum()
	return k, nil
}

func parseKeys(data []byte) (openpgp.EntityList, error) {
	var keys openpgp.EntityList
	// armor.Decode goes on where it stopped only if it is given a
	// *bufio.Reader; it would read ahead otherwise.
	r := bufio.NewReader(bytes.NewReader(data))
	for {
		block, err := armor.Decode(r)
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, err
		}
		if block.Type != openpgp.PublicKeyType {
			return nil, fmt.Errorf("holds a %s, not only public keys", block.Type)
		}
		body, err := io.ReadAll(block.Body)
		if err != nil {
			return nil, err
		}
		list, err := openpgp.ReadKeyRing(bytes.NewReader(body))
		if err != nil {
			return nil, err
		}
		keys = append(keys, list...)
	}
	if len(keys) == 0 {
		return nil, errors.New("holds no public key")
	}
	return keys, nil
}

// verify checks a detached signature, armoured or not, over all of signed.
func (k *keyring) verify(signed io.Reader, signature []byte) (signer, error) {
	packets := signature
	if bytes.HasPrefix(bytes.TrimSpace(signature), []byte("-----BEGIN ")) {
		block, err := armor.Decode(bytes.NewReader(signature))
		if err != nil {
			return signer{}, fmt.Errorf("read the signature: %w", err)
		}
		if block.Type != openpgp.SignatureType {
			return signer{}, fmt.Errorf("a %s is not an OpenPGP signature", block.Type)
		}
		if packets, err = io.ReadAll(block.Body); err != nil {
			return signer{}, fmt.Errorf("read the signature: %w", err)
		}
	}
	sig, entity, err := openpgp.VerifyDetachedSignature(k.entities, signed, bytes.NewReader(packets), nil)
	if errors.Is(err, pgperrors.ErrUnknownIssuer) {
		return signer{}, fmt.Errorf("signed with the key %s, which is none of %s", issuer(packets), k.file)
	}
	// A key may have expired since: what counts is when it signed.
	if err != nil && !errors.Is(err, pgperrors.ErrKeyExpired) {
		return signer{}, err
	}
	if err := checkUse(entity, sig); err != nil {
		return signer{}, err
	}
	s := signer{Fingerprint: fmt.Sprintf("%X", entity.PrimaryKey.Fingerprint)}
	if id := entity.PrimaryIdentity(); id != nil {
		s.Name = id.Name
	}
	return s, nil
}

// checkUse makes sure that the key was valid when it made the signature, and
// that the signature is over a hash that can be trusted.
func checkUse(e *openpgp.Entity, sig *packet.Signature) error {
	if !slices.Contains(goodHashes, sig.Hash) {
		return fmt.Errorf("signed over a %v hash, which proves nothing any more", sig.Hash)
	}
	if sig.SigExpired(time.Now()) {
		return pgperrors.ErrSignatureExpired
	}
	when := sig.CreationTime
	key := e.PrimaryKey // KeyExpired is also true before the key was made
	self, _ := e.PrimarySelfSignature()
	if key.KeyExpired(self, when) {
		return fmt.Errorf("key %X was not valid on %s, when it signed", key.Fingerprint, when.UTC().Format("2006-01-02"))
	}
	for _, sub := range e.Subkeys {
		if sub.PublicKey.KeyId == *sig.IssuerKeyId && sub.PublicKey.KeyExpired(sub.Sig, when) {
			return fmt.Errorf("subkey %X was not valid on %s, when it signed", sub.PublicKey.Fingerprint, when.UTC().Format("2006-01-02"))
		}
	}
	return nil
}

// issuer is the fingerprint or ID of the key that a signature names.
func issuer(packets []byte) string {
	p, err := packet.NewReader(bytes.NewReader(packets)).Next()
	sig, ok := p.(*packet.Signature)
	switch {
	case err != nil || !ok:
		return "(unknown)"
	case len(sig.IssuerFingerprint) > 0:
		return fmt.Sprintf("%X", sig.IssuerFingerprint)
	case sig.IssuerKeyId != nil:
		return fmt.Sprintf("%016X", *sig.IssuerKeyId)
	}
	return "(unknown)"
}

// has says whether the key with that fingerprint is still in the ring.
func (k *keyring) has(fingerprint string) bool {
	return slices.ContainsFunc(k.entities, func(e *openpgp.Entity) bool {
		return strings.EqualFold(fmt.Sprintf("%X", e.PrimaryKey.Fingerprint), fingerprint)
	})
}
