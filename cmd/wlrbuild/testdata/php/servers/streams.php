<?php
// What PHP's streams do over the network, in one process: each server has its
// clients beside it. What differs from run to run is not printed.
function step($name, $do)
{
	try {
		$r = $do();
		echo $name, ": ", is_string($r) ? $r : json_encode($r), "\n";
	} catch (Throwable $e) {
		echo $name, ": ", get_class($e), " ", $e->getMessage(), "\n";
	}
}

function warnings($do)
{
	$said = [];
	set_error_handler(function ($no, $text) use (&$said) { $said[] = preg_replace('/:[0-9]{4,5}\b/', ':PORT', $text); return true; });
	$r = $do();
	restore_error_handler();
	return [$r === false, $said];
}

foreach (["IPv4" => "tcp://127.0.0.1:0", "IPv6" => "tcp://[::1]:0", "unix" => "unix://" . getcwd() . "/s.sock"] as $kind => $address) {
	step("server and client over $kind", function () use ($address) {
		$server = stream_socket_server($address, $no, $text);
		$name = stream_socket_get_name($server, false);
		$client = stream_socket_client(strpos($address, "unix") === 0 ? $address : "tcp://$name", $no, $text, 5);
		$peer = stream_socket_accept($server, 5, $who);
		fwrite($client, "hello\nworld\n");
		$out = [fgets($peer), fgets($peer)];
		fwrite($peer, str_repeat("x", 100000));
		stream_socket_shutdown($peer, STREAM_SHUT_WR);
		$out[] = strlen(stream_get_contents($client));
		$out[] = $who === (stream_socket_get_name($client, false) ?: "");
		$out[] = stream_socket_get_name($client, true) === $name || strpos($address, "unix") === 0;
		$out[] = feof($client);
		fclose($client);
		$out[] = fread($peer, 10);
		return $out;
	});
}

step("accepted by one that does not block", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	stream_set_blocking($server, false);
	$client = stream_socket_client("tcp://" . stream_socket_get_name($server, false));
	$peer = stream_socket_accept($server);
	return [stream_get_meta_data($server)["blocked"], stream_get_meta_data($peer)["blocked"]];
});

step("peek and sendto", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	$client = stream_socket_client("tcp://" . stream_socket_get_name($server, false));
	$peer = stream_socket_accept($server);
	stream_socket_sendto($client, "peeked");
	$out = [stream_socket_recvfrom($peer, 100, STREAM_PEEK), stream_socket_recvfrom($peer, 100)];
	return $out;
});

step("udp", function () {
	$server = stream_socket_server("udp://127.0.0.1:0", $no, $text, STREAM_SERVER_BIND);
	$client = stream_socket_client("udp://" . stream_socket_get_name($server, false));
	fwrite($client, "datagram");
	$got = stream_socket_recvfrom($server, 100, 0, $who);
	stream_socket_sendto($server, strrev($got), 0, $who);
	return [$got, $who === stream_socket_get_name($client, false), fread($client, 100)];
});

step("select", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	$address = "tcp://" . stream_socket_get_name($server, false);
	$clients = $peers = [];
	for ($i = 0; $i < 30; $i++) {
		$clients[] = stream_socket_client($address);
		$peers[] = stream_socket_accept($server);
	}
	foreach ([3, 7, 29] as $i) fwrite($clients[$i], "x");
	$r = $peers; $w = [$clients[0]]; $e = null;
	usleep(50000);
	$n = stream_select($r, $w, $e, 5);
	$out = [$n, array_keys($r), count($w)];
	foreach ($r as $s) fread($s, 10);
	$r = $peers; $w = $e = null;
	$t = microtime(true);
	$out[] = stream_select($r, $w, $e, 0, 200000);
	$out[] = microtime(true) - $t >= 0.19;
	return $out;
});

step("non-blocking", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	stream_set_blocking($server, false);
	$out = [warnings(fn() => stream_socket_accept($server, 0))];
	$client = stream_socket_client("tcp://" . stream_socket_get_name($server, false), $no, $text, 5, STREAM_CLIENT_ASYNC_CONNECT);
	$w = [$client]; $r = $e = null;
	$out[] = stream_select($r, $w, $e, 5);
	$peer = stream_socket_accept($server, 5);
	stream_set_blocking($peer, false);
	$out[] = fread($peer, 10);
	$out[] = stream_get_meta_data($peer)['blocked'];
	fwrite($client, "later");
	$r = [$peer]; $w = null;
	stream_select($r, $w, $e, 5);
	$out[] = fread($peer, 10);
	return $out;
});

step("timeout", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	$client = stream_socket_client("tcp://" . stream_socket_get_name($server, false));
	stream_set_timeout($client, 0, 300000);
	$t = microtime(true);
	$got = fgets($client);
	$took = microtime(true) - $t;
	return [$got, $took >= 0.29 && $took < 10, stream_get_meta_data($client)['timed_out']];
});

step("peer that is gone", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	$client = stream_socket_client("tcp://" . stream_socket_get_name($server, false));
	$peer = stream_socket_accept($server);
	fclose($peer);
	usleep(50000);
	$out = [@fwrite($client, "x")];
	usleep(50000);
	return warnings(fn() => fwrite($client, "x"));
});

step("refused", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	$name = stream_socket_get_name($server, false);
	fclose($server);
	return [warnings(function () use ($name, &$no, &$text) { return stream_socket_client("tcp://$name", $no, $text, 2); }), $no, $text,
		warnings(function () use ($name, &$no2, &$text2) { [$host, $port] = explode(":", $name); return fsockopen($host, $port, $no2, $text2, 2); }), $no2, $text2];
});

step("in use", function () {
	$server = stream_socket_server("tcp://127.0.0.1:0");
	return [warnings(function () use ($server, &$no, &$text) { return stream_socket_server("tcp://" . stream_socket_get_name($server, false), $no, $text); }), $no, $text];
});

step("pair", function () {
	[$a, $b] = stream_socket_pair(STREAM_PF_UNIX, STREAM_SOCK_STREAM, 0);
	fwrite($a, "one\n");
	$r = [$b]; $w = $e = null;
	return [stream_select($r, $w, $e, 1), fgets($b)];
});

step("http", function () {
	[, $url] = $GLOBALS['argv'];
	$context = stream_context_create(['http' => ['method' => 'POST', 'content' => 'p=text', 'header' => 'Content-Type: application/x-www-form-urlencoded', 'timeout' => 30]]);
	$out = [file_get_contents("$url/index.php?q=a", false, $context), $http_response_header[0]];
	$out[] = md5(file_get_contents("$url/static.txt"));
	$out[] = strlen(file_get_contents(str_replace("127.0.0.1", "localhost", $url) . "/static.txt"));
	$out[] = warnings(fn() => file_get_contents("$url/none.txt"));
	$f = fopen("$url/static.txt", "r");
	$out[] = fgets($f);
	$out[] = stream_get_meta_data($f)['wrapper_type'];
	return $out;
});

step("names", fn() => [gethostbyname("localhost"), gethostbyname("127.0.0.9"), gethostbynamel("localhost"), getservbyname("http", "tcp"), getprotobyname("udp"), gethostbyname("no-such-name.invalid")]);

step("options", function () {
	$context = stream_context_create(['socket' => ['so_reuseport' => false, 'backlog' => 5, 'tcp_nodelay' => true]]);
	$server = stream_socket_server("tcp://127.0.0.1:0", $no, $text, STREAM_SERVER_BIND | STREAM_SERVER_LISTEN, $context);
	$context = stream_context_create(['socket' => ['bindto' => '127.0.0.1:0']]);
	$client = stream_socket_client("tcp://" . stream_socket_get_name($server, false), $no, $text, 5, STREAM_CLIENT_CONNECT, $context);
	return [is_resource($client), strpos(stream_socket_get_name($client, false), "127.0.0.1:") === 0];
});
