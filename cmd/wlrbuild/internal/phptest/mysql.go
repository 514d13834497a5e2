package phptest

import (
	"fmt"

	"github.com/wlrbuild/wlrbuild/cmd/wlrbuild/internal/mariadb"
)

// mysqlInit makes the database and the user that PHP's tests have in PHP's own
// CI, where the user may do everything.
const mysqlInit = `create database if not exists test;
drop user if exists root@localhost, root@127.0.0.1, root@'::1';
create user if not exists root@'%' identified by 'root';
grant all on *.* to root@'%' with grant option;
`

// mysqlEnv are the variables that tell PHP's tests of a server.
func mysqlEnv(db *mariadb.Server) []string {
	return []string{
		"MYSQL_TEST_HOST=127.0.0.1", fmt.Sprintf("MYSQL_TEST_PORT=%d", db.Port), "MYSQL_TEST_SOCKET=" + db.Socket,
		"MYSQL_TEST_USER=root", "MYSQL_TEST_PASSWD=root", "MYSQL_TEST_DB=test",
		fmt.Sprintf("PDO_MYSQL_TEST_DSN=mysql:host=127.0.0.1;port=%d;dbname=test", db.Port),
		"PDO_MYSQL_TEST_USER=root", "PDO_MYSQL_TEST_PASS=root", "PDO_MYSQL_TEST_HOST=127.0.0.1",
		fmt.Sprintf("PDO_MYSQL_TEST_PORT=%d", db.Port), "PDO_MYSQL_TEST_DB=test", "PDO_MYSQL_TEST_SOCKET=" + db.Socket,
	}
}
