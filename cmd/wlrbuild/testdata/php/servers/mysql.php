<?php
// What mysqli and PDO do with a real server: mysql.php PORT SOCKET NAME MIB, of
// which the last is the size of a large value. What differs from run to run is not
// printed.
[, $port, $sock, $name, $mib] = $argv;
$port = (int)$port;
mysqli_report(MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT);
function step($n, $f)
{
	try {
		$r = $f();
		echo $n, ": ", is_string($r) ? $r : json_encode($r), "\n";
	} catch (Throwable $e) {
		echo $n, ": ", get_class($e), " ", $e->getCode(), " ", $e->getMessage(), "\n";
	}
}

foreach (["127.0.0.1", "[::1]", $name] as $h) {
	step("mysqli $h", function () use ($h, $port) {
		$m = new mysqli($h, 'u', 'pw', 't', $port);
		return $m->query("select 1+1")->fetch_row()[0] . " " . $m->host_info;
	});
}

step("mysqli unix", function () use ($sock) {
	$m = new mysqli('localhost', 'u', 'pw', 't', 0, $sock);
	return $m->query("select 1+1")->fetch_row()[0] . " " . $m->host_info;
});

foreach (["host=127.0.0.1;port=$port", "host=[::1];port=$port", "host=$name;port=$port", "unix_socket=$sock"] as $d) {
	step("pdo", function () use ($d) {
		$p = new PDO("mysql:$d;dbname=t", 'u', 'pw');
		return $p->query("select 2+2")->fetchColumn();
	});
}

$m = new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
step("prepared", function () use ($m) {
	$m->query("drop table if exists a");
	$m->query("create table a (id bigint primary key, s longblob, d double) engine=innodb");
	$st = $m->prepare("insert into a values (?, ?, ?)");
	for ($i = 0; $i < 100; $i++) {
		$id = PHP_INT_MAX - $i;
		$s = "v$i";
		$d = $i / 3;
		$st->bind_param("isd", $id, $s, $d);
		$st->execute();
	}
	$st = $m->prepare("select id, s, d from a where id > ? order by id limit 2");
	$lim = PHP_INT_MAX - 10;
	$st->bind_param("i", $lim);
	$st->execute();
	return $st->get_result()->fetch_all();
});

step("transaction", function () use ($m) {
	$m->begin_transaction();
	$m->query("delete from a");
	$m->rollback();
	$a = $m->query("select count(*) from a")->fetch_row()[0];
	$m->begin_transaction();
	$m->query("delete from a where id > " . (PHP_INT_MAX - 50));
	$m->commit();
	return "$a " . $m->query("select count(*) from a")->fetch_row()[0];
});

step("blob", function () use ($m, $mib) {
	$big = str_repeat("0123456789abcdef", $mib << 16);
	$st = $m->prepare("insert into a values (1, ?, 0)");
	$null = null;
	$st->bind_param("b", $null);
	foreach (str_split($big, 1 << 20) as $c) $st->send_long_data(0, $c);
	$st->execute();
	$r = $m->query("select s from a where id = 1")->fetch_row()[0];
	return strlen($r) . " " . (md5($r) === md5($big) ? "same" : "DIFFERS");
});

step("load data", function () use ($port) {
	$m = mysqli_init();
	$m->options(MYSQLI_OPT_LOCAL_INFILE, true);
	$m->real_connect("127.0.0.1", 'u', 'pw', 't', $port);
	$m->query("drop table if exists l");
	$m->query("create table l (a int, b varchar(20))");
	$f = tempnam("/tmp", "ld");
	file_put_contents($f, implode("\n", array_map(fn($i) => "$i\trow $i", range(1, 5000))) . "\n");
	$m->query("load data local infile '$f' into table l");
	unlink($f);
	return $m->query("select count(*), sum(a) from l")->fetch_row();
});

step("wrong password", fn() => new mysqli("127.0.0.1", 'u', 'no', 't', $port));
step("wrong port", fn() => new mysqli("127.0.0.1", 'u', 'no', 't', 1));
step("wrong name", fn() => new mysqli("no-such-host.invalid", 'u', 'no', 't', $port));
step("wrong socket", fn() => new mysqli("localhost", 'u', 'no', 't', 0, "/tmp/none.sock"));
step("pdo wrong password", fn() => new PDO("mysql:host=127.0.0.1;port=$port", 'u', 'no'));
step("killed", function () use ($m, $port) {
	$x = new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
	$m->query("kill " . $x->thread_id);
	usleep(100000);
	return $x->query("select 1")->fetch_row();
});

step("killed in a result", function () use ($m, $port) {
	$x = new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
	$r = $x->query("select a.a, repeat(a.b, 1000) from l a, l b", MYSQLI_USE_RESULT);
	$n = 0;
	$k = false;
	while ($row = $r->fetch_row()) {
		if (++$n == 1000 && !$k) {
			$m->query("kill " . $x->thread_id);
			$k = true;
		}
		if ($n > 5000000) break;
	}
	return [$n >= 1000 && $n <= 5000000, $x->errno];
});

// restart has the server end and waits until another one, which has read its
// defaults, is there in its place: it is started again whenever it ends.
function restart($port)
{
	$value = "select @@global.net_retry_count";
	$m = new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
	$default = $m->query($value)->fetch_row()[0];
	$m->query("set global net_retry_count = $default + 1");
	$m->query("shutdown");
	for ($end = microtime(true) + 60; microtime(true) < $end; usleep(100000)) {
		try {
			$m = @new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
			if ($m->query($value)->fetch_row()[0] === $default) return;
		} catch (mysqli_sql_exception $e) {
		}
	}
	throw new Exception("the server does not come back");
}

step("restarted", function () use ($m, $port, $sock) {
	$p = new PDO("mysql:unix_socket=$sock;dbname=t", 'u', 'pw');
	$s = $m->prepare("select count(*) from l");
	restart($port);
	step("old mysqli", fn() => $m->query("select 1"));
	step("old statement", fn() => $s->execute());
	step("old pdo", fn() => $p->query("select 1"));
	$m->connect("127.0.0.1", 'u', 'pw', 't', $port);
	$p = new PDO("mysql:unix_socket=$sock;dbname=t", 'u', 'pw');
	$s = $m->prepare("select count(*) from l");
	$s->execute();
	return [$s->get_result()->fetch_row()[0], $p->query("select count(*) from l")->fetchColumn()];
});

step("restarted in a result", function () use ($m, $port) {
	$x = new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
	$r = $x->query("select a.a, repeat(a.b, 1000) from l a, l b", MYSQLI_USE_RESULT);
	$n = 0;
	step("old rows", function () use ($r, $port, &$n) {
		for (; $r->fetch_row(); $n++) {
			if ($n === 1000) restart($port);
		}
	});
	$m->connect("127.0.0.1", 'u', 'pw', 't', $port);
	return [$n > 1000, $m->query("select count(*) from l")->fetch_row()[0]];
});

step("async", function () use ($port) {
	$c = [];
	foreach ([3, 1, 2] as $i) {
		$x = new mysqli("127.0.0.1", 'u', 'pw', 't', $port);
		$x->query("select sleep(0.$i), $i", MYSQLI_ASYNC);
		$c[] = $x;
	}
	$got = [];
	$t = microtime(true);
	while (count($got) < 3 && microtime(true) - $t < 30) {
		$r = $e = $j = $c;
		if (!mysqli_poll($r, $e, $j, 1)) continue;
		foreach ($r as $x) {
			$res = $x->reap_async_query();
			$got[] = $res->fetch_row()[1];
			$res->free();
			$c = array_values(array_filter($c, fn($y) => $y !== $x));
		}
	}
	sort($got);
	return $got;
});

step("multi", function () use ($m) {
	$out = [];
	$m->multi_query("select 1; select 2; select 3");
	do {
		$out[] = $m->store_result()->fetch_row()[0];
	} while ($m->next_result());
	return $out;
});

step("timeout", function () use ($port) {
	$x = mysqli_init();
	$x->options(MYSQLI_OPT_READ_TIMEOUT, 1);
	$x->real_connect("127.0.0.1", 'u', 'pw', 't', $port);
	$t = microtime(true);
	try {
		return $x->query("select sleep(60)")->fetch_row();
	} catch (mysqli_sql_exception $e) {
		return [$e->getCode(), microtime(true) - $t < 30];
	}
});

step("pdo types", function () use ($port) {
	$p = new PDO("mysql:host=127.0.0.1;port=$port;dbname=t", 'u', 'pw', [PDO::ATTR_EMULATE_PREPARES => false]);
	$s = $p->prepare("select cast(? as unsigned), ?, ?");
	$s->execute([42, "x", null]);
	return $s->fetch(PDO::FETCH_NUM);
});

step("pdo persistent", function () use ($port) {
	$o = [PDO::ATTR_PERSISTENT => true];
	$a = new PDO("mysql:host=127.0.0.1;port=$port", 'u', 'pw', $o);
	$i = $a->query("select connection_id()")->fetchColumn();
	$a = null;
	$b = new PDO("mysql:host=127.0.0.1;port=$port", 'u', 'pw', $o);
	return $i == $b->query("select connection_id()")->fetchColumn();
});

