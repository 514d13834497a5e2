package main

import (
	"fmt"
	"net"
	"os"
	"testing"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/mariadb"
)

// mysql runs testdata/php/servers/mysql.php with a MariaDB.
func (p *servingPHP) mysql(t *testing.T) {
	program, err := mariadb.Find(t.Context())
	if err != nil {
		t.Fatalf("%v: `wlrbuild doctor --fix --for tests` installs it", err)
	}
	db, err := program.Start(t.Context(), mysqlInit)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Stop(); err != nil {
			t.Error(err)
		}
	})
	mib := "1"
	if p.compiled {
		mib = "16" // of which an interpreter takes minutes
	}
	p.script(t, "mysql.php", fmt.Sprint(db.Port), db.Socket, hostName(), mib)
}

// mysqlInit makes the user and the database of mysql.php.
const mysqlInit = `create database if not exists t;
create user if not exists u@'%' identified by 'pw';
grant all on *.* to u@'%';
`

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
