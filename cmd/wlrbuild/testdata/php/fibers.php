<?php
// Fibers that are suspended in every kind of call.
function drive(Fiber $f): array
{
    $seen = [];
    $v = $f->start();
    while (!$f->isTerminated()) {
        $seen[] = $v;
        $v = $f->resume($v . '!');
    }
    return [$seen, $f->getReturn()];
}

function show(string $what, callable $body): void
{
    echo $what, ': ', json_encode(drive(new Fiber($body))), "\n";
}

show('plain', function () { $a = Fiber::suspend('a'); return [$a, Fiber::suspend('b')]; });
show('array_map', fn () => array_map(fn ($x) => Fiber::suspend($x), ['x', 'y']));
show('usort', function () {
    $a = [3, 1, 2];
    usort($a, function ($x, $y) { Fiber::suspend("$x$y"); return $x <=> $y; });
    return $a;
});
show('preg_replace_callback', fn () => preg_replace_callback('/\d/', fn ($m) => Fiber::suspend($m[0]), 'a1b2'));
show('generator', function () {
    $g = (function () { for ($i = 0; $i < 3; $i++) { yield $i => Fiber::suspend("g$i"); } })();
    return iterator_to_array($g);
});
show('iterator', function () {
    $it = new class implements IteratorAggregate {
        public function getIterator(): Iterator { Fiber::suspend('getIterator'); return new ArrayIterator([1, 2]); }
    };
    $out = [];
    foreach ($it as $v) { $out[] = $v; }
    return $out;
});
show('magic', function () {
    $o = new class {
        public function __get($n) { return Fiber::suspend("get $n"); }
        public function __call($n, $a) { return Fiber::suspend("call $n"); }
        public function __toString(): string { return Fiber::suspend('string'); }
    };
    return [$o->p, $o->m(), "$o", strlen($o)];
});
show('output handler', function () {
    ob_start();
    echo 'kept';
    Fiber::suspend('buffered');
    return ob_get_clean();
});
show('autoload', function () {
    spl_autoload_register(function ($c) { Fiber::suspend("load $c"); eval("class $c {}"); });
    return get_class(new Later);
});
show('error handler', function () {
    set_error_handler(function ($no, $text) { Fiber::suspend($text); return true; });
    $r = $undefined;
    restore_error_handler();
    return $r;
});
show('exceptions', function () {
    try {
        try { Fiber::suspend('in try'); throw new Exception('thrown'); } finally { Fiber::suspend('in finally'); }
    } catch (Exception $e) { return Fiber::suspend($e->getMessage()); }
});
show('nested', function () {
    $inner = new Fiber(function () { return Fiber::suspend('inner') . Fiber::suspend('inner 2'); });
    $v = $inner->start();
    while (!$inner->isTerminated()) { $v = $inner->resume(Fiber::suspend("out of $v")); }
    return $inner->getReturn();
});
show('deep', function () {
    $f = function ($n) use (&$f) { return $n ? array_sum(array_map($f, [$n - 1])) + 1 : strlen(Fiber::suspend('bottom')); };
    return $f(200);
});

$f = new Fiber(function () { try { Fiber::suspend(1); } catch (Exception $e) { return get_class($e); } });
$f->start();
$f->throw(new RuntimeException('into it'));
echo $f->getReturn(), "\n";
try { $f->resume(); } catch (FiberError $e) { echo $e->getMessage(), "\n"; }

// Many at once, in turn.
$sum = 0;
$fibers = [];
for ($i = 0; $i < 50; $i++) {
    $fibers[$i] = new Fiber(function () use ($i, &$sum) { for ($k = 0; $k < 10; $k++) { $sum += Fiber::suspend() * $i; } });
    $fibers[$i]->start();
}
for ($k = 1; $k <= 10; $k++) {
    foreach ($fibers as $f) { $f->resume($k); }
}
echo $sum, "\n";

// One that is never finished is closed.
$f = new Fiber(function () { try { Fiber::suspend(); } finally { echo "closed\n"; } });
$f->start();
unset($f);
gc_collect_cycles();
new Fiber(fn () => 1);
$f = new Fiber(function () { register_shutdown_function(function () { echo "shutdown\n"; }); Fiber::suspend(); nothing(); });
$f->start();
$f->resume();
