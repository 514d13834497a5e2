package main

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"testing"
)

// mysql runs testdata/php/servers/mysql.php with a MariaDB.
func (p *servingPHP) mysql(t *testing.T) {
	db := startMariaDB(t)
	mib := "1"
	if p.compiled {
		mib = "16" // of which an interpreter takes minutes
	}
	p.script(t, "mysql.php", fmt.Sprint(db.port), db.socket, hostName(), mib)
}

type mariaDB struct {
	port   int
	socket string
}

// startMariaDB starts a server with one user, u with the password pw, and the
// database t.
func startMariaDB(t *testing.T) *mariaDB {
	t.Helper()
	dir, err := os.MkdirTemp("", "wlrdb")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	data := filepath.Join(dir, "data")
	who := "--user=" + userName(t)
	install := exec.Command(program(t, "mariadb-install-db"), "--no-defaults", who, "--datadir="+data,
		"--auth-root-authentication-method=normal", "--skip-test-db")
	if out, err := install.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	db := &mariaDB{port: freePort(t), socket: filepath.Join(dir, "db.sock")}
	init := filepath.Join(dir, "init.sql")
	err = os.WriteFile(init, []byte("create database t;\ncreate user 'u'@'%' identified by 'pw';\ngrant all on *.* to 'u'@'%';\n"), 0o666)
	if err != nil {
		t.Fatal(err)
	}
	daemon(t, program(t, "mariadbd"), "--no-defaults", who, "--datadir="+data, "--socket="+db.socket,
		fmt.Sprintf("--port=%d", db.port), "--bind-address=127.0.0.1,::1", "--init-file="+init, "--max-allowed-packet=128M",
		"--local-infile=1", "--innodb-flush-log-at-trx-commit=0", "--skip-name-resolve", "--performance-schema=off")
	for _, addr := range []string{fmt.Sprintf("127.0.0.1:%d", db.port), fmt.Sprintf("[::1]:%d", db.port)} {
		listens(t, "tcp", addr)
	}
	return db
}

func userName(t *testing.T) string {
	t.Helper()
	u, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return u.Username
}

// hostName is this machine's name if that is a loopback address, and else
// localhost.
func hostName() string {
	name, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	addrs, err := net.LookupIP(name)
	if err != nil || len(addrs) == 0 || !addrs[0].IsLoopback() {
		return "localhost"
	}
	return name
}
