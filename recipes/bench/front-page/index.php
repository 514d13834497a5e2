<?php
// A request for the front page of a site: what a content management system of
// the size of WordPress does for one, without a database. generate.php makes the
// rest of its files. PHP 7.4 and later run it.

define('ROOT', __DIR__);
const NOW = 1700000000;

require ROOT . '/core.php';
require ROOT . '/blocks.php';
require ROOT . '/text.php';
require ROOT . '/theme.php';
foreach (require ROOT . '/made/index.php' as $file) {
    require_once ROOT . '/made/' . $file;
}

Hooks::run('plugins_loaded');
Hooks::run('init');
$query = Router::parse('/2023/11/page/1/?utm_source=feed&lang=en');
Hooks::run('parse_request', $query);
$page = Theme::render('front-page', ['query' => $query, 'posts' => Db::posts($query)]);
$page = Hooks::filter('final_output', $page);
Hooks::run('shutdown');

echo $page;
$methods = 0;
foreach (get_declared_classes() as $class) {
    $reflected = new ReflectionClass($class);
    $methods += $reflected->isInternal() ? 0 : count($reflected->getMethods());
}
printf("\n<!-- %d files, %d functions, %d cached, %d queries, %d bytes, %s -->\n",
    count(get_included_files()), $methods + count(get_defined_functions()['user']),
    Cache::count(), Db::$queries, strlen($page), md5($page));
