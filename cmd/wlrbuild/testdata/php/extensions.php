<?php
// Uses every extension that the recipes name. What it prints is the same on
// every machine and in every release, so that a build can be compared with
// native PHP. The argument is a directory to work in.
error_reporting(E_ALL);
ob_start(); // or the session's settings come after the headers
date_default_timezone_set('Europe/Berlin');
$dir = $argv[1] ?? getenv('WORK_DIR');

function section(string $name): void { echo "== $name\n"; }

section('core');
var_dump(PHP_INT_SIZE, PHP_INT_MAX, PHP_INT_MAX + 1, 7 <=> 3, intdiv(PHP_INT_MIN, 3), 0x7fffffff + 1);
var_dump((int) '9223372036854775807', (int) 1e18, PHP_INT_MAX % 1000, 1 << 40, -1 >> 3, ~0);
var_dump(0.1 + 0.2, 1e300 * 1e10, round(2.5), round(-3.455, 2), fdiv7(1, 3), 1.5e-7, PHP_FLOAT_EPSILON);
function fdiv7($a, $b) { return $a / $b; }
$a = ['b' => 2, 'a' => 1, 10 => 'x', 9 => 'y'];
ksort($a, SORT_STRING);
var_dump($a);
$list = [3, 1, 2];
usort($list, fn($x, $y) => $y - $x);
echo implode(',', $list), "\n";
echo implode(',', array_map(fn($x) => $x ** 2, range(1, 10))), "\n";
function gen() { try { $x = yield 1; echo "got $x\n"; yield from [2, 3]; return 4; } finally { echo "finally\n"; } }
$g = gen();
echo $g->current(), "\n";
$g->send('hello');
while ($g->valid()) { echo $g->current(), "\n"; $g->next(); }
echo $g->getReturn(), "\n";
class Node7 { public $next; public $v; function __construct($v) { $this->v = $v; } function __destruct() { echo "destroy {$this->v}\n"; } }
$n = new Node7(1);
$n->next = new Node7(2);
$n->next->next = $n;
unset($n);
echo gc_collect_cycles(), "\n";
try { throw new DomainException('x', 5, new LogicException('inner')); } catch (RuntimeException | LogicException $e) { echo get_class($e), $e->getCode(), $e->getPrevious()->getMessage(), "\n"; }

section('ctype');
var_dump(ctype_alpha('abc'), ctype_digit('12a'), ctype_punct('!?'), ctype_xdigit('fF0'), ctype_space("\n\t"));

section('date');
foreach (['2024-02-29 12:00', '2038-01-19 03:14:08', '1900-01-01', '2500-12-31', '2026-03-29 02:30', 'last friday of november 2026'] as $s) {
    $d = new DateTimeImmutable($s);
    echo $s, ' ', $d->format(DATE_ATOM), ' ', $d->getTimestamp(), ' ', $d->modify('+1 month')->format('c N W t z'), "\n";
}
echo (new DateTime('2000-01-31'))->diff(new DateTime('2026-11-20 10:11:12'))->format('%y %m %d %h %i %s %a'), "\n";
foreach (new DatePeriod(new DateTime('2026-10-24'), new DateInterval('P1D'), 2) as $d) { echo $d->format('Y-m-d H:i T U'), "\n"; }
echo date('D, d M Y H:i:s', 4102444800), ' ', mktime(0, 0, 0, 1, 1, 2100), ' ', gmdate('c', PHP_INT_MAX >> 20), "\n";
echo count(DateTimeZone::listIdentifiers()) > 400 ? "zones\n" : "no zones\n";

section('fileinfo');
$png = base64_decode('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==');
$fi = new finfo(FILEINFO_MIME);
foreach ([$png, "%PDF-1.4\n", "<?php echo 1;", "PK\x03\x04\x14\x00\x00\x00", "plain text\n", "GIF89a\x01\x00\x01\x00", "\x7fELF\x02\x01\x01"] as $data) { echo $fi->buffer($data), "\n"; }
file_put_contents("$dir/pixel.png", $png);
echo mime_content_type("$dir/pixel.png"), "\n";
print_r(getimagesize("$dir/pixel.png"));

section('filter');
var_dump(filter_var('42', FILTER_VALIDATE_INT), filter_var('4x', FILTER_VALIDATE_INT), filter_var('a@b.example', FILTER_VALIDATE_EMAIL), filter_var('::1', FILTER_VALIDATE_IP, FILTER_FLAG_IPV6), filter_var('http://a.example/x?y', FILTER_VALIDATE_URL), filter_var('yes', FILTER_VALIDATE_BOOLEAN), filter_var('9223372036854775807', FILTER_VALIDATE_INT), filter_var("<a>&'", FILTER_SANITIZE_SPECIAL_CHARS));

section('hash');
foreach (['md5', 'sha1', 'sha256', 'sha512', 'sha3-256', 'whirlpool', 'ripemd160', 'crc32b', 'crc32c', 'adler32', 'fnv1a64', 'joaat', 'xxh3', 'xxh64', 'murmur3f'] as $algo) {
    if (in_array($algo, hash_algos())) { echo $algo, ' ', PHP_VERSION_ID < 80100 && in_array($algo, ['xxh3', 'xxh64', 'murmur3f']) ? '' : hash($algo, str_repeat('wasm', 1000)), "\n"; }
}
echo hash_hmac('sha256', 'data', 'key'), "\n", bin2hex(hash_pbkdf2('sha256', 'p', 's', 1000, 16, true)), "\n", md5_file("$dir/pixel.png"), "\n";
var_dump(password_verify('secret', '$2y$04$abcdefghijklmnopqrstuuO9r3ZcDdjfVQvV1W5wWPxcQnqW2nL5e'), password_verify('secret', password_hash('secret', PASSWORD_BCRYPT, ['cost' => 4])));
echo crypt('rasmuslerdorf', '$2a$07$usesomesillystringforsalt$'), ' ', crypt('x', '$6$rounds=1000$saltsalt$'), ' ', crypt('x', '$1$saltsalt$'), "\n";

section('json');
echo json_encode(['a' => 1.0, 'b' => [1, null, true], 'ü' => "\u{1F600}", 'big' => PHP_INT_MAX], JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE), "\n";
var_dump(json_decode('{"a":{"b":[1,2,{"c":12345678901234567890}]},"n":9007199254740993}', true), json_decode('{bad'), json_last_error_msg());

section('mbstring');
echo mb_strtoupper('straße ÄÖÜ çé'), ' ', mb_substr('日本語テキスト', 2, 3), ' ', mb_strlen("\u{1F600}ab"), ' ', mb_strwidth('日本'), ' ', bin2hex(mb_convert_encoding('日本', 'SJIS', 'UTF-8')), ' ', mb_convert_encoding("\xe4\xf6", 'UTF-8', 'ISO-8859-1'), ' ', mb_detect_encoding("\xa4\xa2", ['ASCII', 'EUC-JP']), ' ', mb_convert_case('hello world', MB_CASE_TITLE), "\n";

section('mysql');
var_dump(extension_loaded('mysqlnd'), PDO::getAvailableDrivers(), mysqli_report(MYSQLI_REPORT_OFF), strpos(mysqli_get_client_info(), 'mysqlnd ') === 0, MYSQLI_ASSOC);
$m = mysqli_init();
var_dump($m->options(MYSQLI_OPT_CONNECT_TIMEOUT, 1), get_class($m));

section('pcre');
preg_match_all('/(?<y>\d{4})-(\d\d)(?=-)/u', 'ü 2026-11-20 1999-01-01', $m, PREG_SET_ORDER);
echo json_encode($m), ' ', preg_replace_callback('/\b(\w)(\w*)/', fn($m) => strtoupper($m[1]) . $m[2], 'some words here'), ' ', implode('|', preg_split('/[\s,]+/', "a, b  c,d")), ' ', preg_match('/^\p{Lu}\p{Ll}+$/u', 'Ärger'), ' ', preg_match('/(a+)+$/', str_repeat('a', 30) . 'b'), ' ', preg_last_error(), "\n";

section('posix');
var_dump(posix_getpid() === getmypid(), is_array(posix_uname()), posix_kill(posix_getpid(), 0), posix_strerror(0) !== '', posix_isatty(9), is_array(posix_times()));

section('random');
mt_srand(42);
echo mt_rand(), ' ', mt_rand(1, 100), ' ', rand(1, 6), ' ', strlen(random_bytes(1000)), ' ', random_int(5, 5), "\n";
mt_srand(3, MT_RAND_PHP);
echo mt_rand(1, 1000), ' ', implode(',', (function () { mt_srand(7); $a = range(1, 8); shuffle($a); return $a; })()), ' ', strlen(uniqid()), ' ', random_int(1, PHP_INT_MAX) > 0 ? 'ok' : 'bad', ' ', random_bytes(16) !== random_bytes(16) ? 'ok' : 'bad', "\n";

section('reflection');
class R { /** doc */ public ?int $p = 3; final protected static function f(string $a, int ...$b): ?array { return null; } }
$r = new ReflectionClass('R');
echo $r->getMethod('f')->getParameters()[1]->isVariadic() ? 'variadic ' : '', $r->getMethod('f')->getReturnType(), ' ', $r->getProperty('p')->getDocComment(), ' ', implode(' ', Reflection::getModifierNames($r->getMethod('f')->getModifiers())), ' ', (new ReflectionFunction('array_map'))->getNumberOfRequiredParameters(), "\n";

section('session');
ini_set('session.use_cookies', '0');
ini_set('session.cache_limiter', '');
session_save_path($dir);
session_id('abcdefghijklmnopqrstuv0123');
session_start();
$_SESSION['n'] = ['x' => 1.5, 'o' => new ArrayObject([1])];
session_write_close();
echo file_get_contents("$dir/sess_abcdefghijklmnopqrstuv0123"), "\n";
session_start();
var_dump($_SESSION['n']['o'][0]);
session_destroy();
var_dump(file_exists("$dir/sess_abcdefghijklmnopqrstuv0123"));

section('spl');
$h = new SplMinHeap;
foreach ([5, 1, 3] as $x) { $h->insert($x); }
$q = new SplPriorityQueue;
$q->insert('lo', 1);
$q->insert('hi', 10);
$s = new SplObjectStorage;
$s[$h] = 'heap';
echo $h->extract(), $q->extract(), count($s), implode(',', iterator_to_array(new LimitIterator(new InfiniteIterator(new ArrayIterator([1, 2])), 0, 5), false)), ' ', (new SplFileInfo("$dir/pixel.png"))->getExtension(), ' ', SplFixedArray::fromArray([1, 2])->getSize(), "\n";
foreach (new RecursiveIteratorIterator(new RecursiveArrayIterator([1, [2, [3]]])) as $k => $v) { echo $v; }
echo "\n";
spl_autoload_register(function ($c) { echo "autoload $c\n"; });
var_dump(class_exists('Nope'));

section('standard');
mkdir("$dir/sub/deep", 0777, true);
for ($i = 0; $i < 3; $i++) { file_put_contents("$dir/sub/f$i.txt", str_repeat("line $i\n", $i + 1), FILE_APPEND | LOCK_EX); }
rename("$dir/sub/f0.txt", "$dir/sub/deep/g.txt");
copy("$dir/sub/f1.txt", "$dir/sub/c.txt");
symlink('c.txt', "$dir/sub/link");
echo implode(' ', scandir("$dir/sub")), ' ', readlink("$dir/sub/link"), ' ', realpath("$dir/sub/../sub/link") === realpath("$dir/sub/c.txt") ? 'same' : 'other', "\n";
var_dump(is_writable("$dir/sub"), is_writable("$dir/sub/c.txt"), is_readable("$dir/sub/none"), is_dir("$dir/sub/deep"), is_link("$dir/sub/link"), filesize("$dir/sub/f2.txt"), filetype("$dir/sub"), touch("$dir/sub/t", 1000000000), filemtime("$dir/sub/t"));
$f = fopen("$dir/sub/f2.txt", 'r+');
var_dump(flock($f, LOCK_EX | LOCK_NB), fgets($f), ftell($f), fseek($f, -3, SEEK_END), fread($f, 10), feof($f), ftruncate($f, 5), rewind($f), stream_get_contents($f), fstat($f)['size']);
$other = fopen("$dir/sub/f2.txt", 'r');
var_dump(flock($other, LOCK_SH | LOCK_NB), flock($f, LOCK_UN), flock($other, LOCK_SH | LOCK_NB));
fclose($f);
fclose($other);
$t1 = tempnam($dir, 'x');
$t2 = tempnam($dir, 'x');
var_dump($t1 !== $t2, filesize($t1));
$tmp = tmpfile();
fwrite($tmp, 'temp');
rewind($tmp);
echo fread($tmp, 10), "\n";
foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator("$dir/sub", FilesystemIterator::SKIP_DOTS), RecursiveIteratorIterator::CHILD_FIRST) as $p) { $p->isDir() && !$p->isLink() ? rmdir($p) : unlink($p); }
rmdir("$dir/sub");
array_map('unlink', [$t1, $t2, "$dir/pixel.png"]);
var_dump(file_exists("$dir/sub"), @file_get_contents("$dir/none"), error_get_last()['message']);
echo serialize(['a' => 1.1, 'b' => [true, null], 'c' => new ArrayObject([2])]), ' ', var_export(unserialize('a:1:{i:0;O:8:"stdClass":1:{s:1:"x";i:9223372036854775807;}}'), true) !== '' ? 'ok' : '', "\n";
printf("%05.2f|%'*10s|%-6d|%x|%b|%e|%s|%u\n", 3.14159, 'right', 42, PHP_INT_MAX, 10, 12345.678, true, -1);
echo sprintf('%2$s-%1$04d', 7, 'x'), ' ', number_format(1234567.891, 2), ' ', strrev('abc'), ' ', similar_text('World', 'Word'), ' ', levenshtein('kitten', 'sitting'), ' ', soundex('Robert'), ' ', metaphone('Thompson'), ' ', wordwrap('The quick brown fox', 10, "/", true), ' ', crc32('hello'), ' ', md5('a'), ' ', ucwords('a b-c'), ' ', strtr('Hi all', ['Hi' => 'Hello', 'all' => 'world']), ' ', bin2hex(pack('NvQJd', 1, 2, 3, 4, 1.5)), ' ', implode(',', unpack('q*', pack('q*', -1, PHP_INT_MAX))), ' ', base_convert('zz', 36, 2), ' ', hexdec('ffffffffff'), ' ', htmlspecialchars('<a href="x">'), ' ', strip_tags('<b>x</b>'), ' ', parse_url('http://u:p@h.example:8080/p?q#f', PHP_URL_PORT), ' ', http_build_query(['a' => [1, 2], 'b' => 'ä']), ' ', long2ip(ip2long('10.1.2.3')), ' ', nl2br("a\nb"), ' ', money(), "\n";
function money() { return str_pad((string) array_sum([0.1, 0.2, 0.3]), 12, '.', STR_PAD_BOTH); }
sscanf('age: 25 name: Bob 99999999999', 'age: %d name: %s %d', $age, $name, $big);
var_dump($age, $name, $big, version_compare('8.2.0RC1', '8.2.0', '<'), array_search('1', [0, 1, '1'], true), max('apple', 5, [1]), str_word_count('a b c'), ip2long('255.255.255.255'), inet_ntop(inet_pton('2001:db8::1')), strtotime('2026-11-20 12:00 UTC'), checkdate(2, 29, 2100), levenshtein('', 'abc'), setlocale(LC_ALL, 'C'));
$pipe = fopen('php://memory', 'w+');
stream_filter_append($pipe, 'string.rot13', STREAM_FILTER_WRITE);
fwrite($pipe, 'Hello');
rewind($pipe);
echo stream_get_contents($pipe), ' ', file_get_contents('data:text/plain;base64,SGk='), "\n";
fputcsv(fopen('php://output', 'w'), ['a b', 'c"d', "e\nf", 1.5], ',', '"', '\\');
ob_start(fn($b) => strtoupper($b));
echo "buffered\n";
ob_end_flush();

section('tokenizer');
foreach (token_get_all('<?php $a = fn($x) => $x?->y ?? "s{$z}";') as $t) { if (is_array($t) && $t[0] !== T_WHITESPACE) { echo $t[1], ' '; } }
echo "\n";

section('end');
register_shutdown_function(function () { echo "shutdown\n"; });
exit(3);
