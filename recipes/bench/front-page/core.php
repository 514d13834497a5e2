<?php
// Hooks, an object cache, options, a database that is an array, routes and
// translations.

final class Hooks
{
    private static $callbacks = [];
    private static $sorted = [];
    private static $current = [];

    public static function add(string $name, callable $callback, int $priority = 10, int $arguments = 1): void
    {
        self::$callbacks[$name][$priority][self::id($callback)] = [$callback, $arguments];
        unset(self::$sorted[$name]);
    }

    public static function has(string $name): bool
    {
        return !empty(self::$callbacks[$name]);
    }

    public static function filter(string $name, $value, ...$more)
    {
        if (!isset(self::$callbacks[$name])) {
            return $value;
        }
        if (!isset(self::$sorted[$name])) {
            ksort(self::$callbacks[$name], SORT_NUMERIC);
            self::$sorted[$name] = true;
        }
        self::$current[] = $name;
        array_unshift($more, $value);
        foreach (self::$callbacks[$name] as $callbacks) {
            foreach ($callbacks as $entry) {
                $more[0] = $value;
                if ($entry[1] === 0) {
                    $value = call_user_func($entry[0]);
                } elseif ($entry[1] >= count($more)) {
                    $value = call_user_func_array($entry[0], $more);
                } else {
                    $value = call_user_func_array($entry[0], array_slice($more, 0, $entry[1]));
                }
            }
        }
        array_pop(self::$current);
        return $value;
    }

    public static function run(string $name, ...$more): void
    {
        foreach (self::$callbacks[$name] ?? [] as $callbacks) {
            foreach ($callbacks as $entry) {
                call_user_func_array($entry[0], array_slice($more, 0, $entry[1]));
            }
        }
    }

    private static function id($callback): string
    {
        if (is_string($callback)) {
            return $callback;
        }
        if (is_object($callback)) {
            return spl_object_hash($callback);
        }
        return (is_object($callback[0]) ? spl_object_hash($callback[0]) : $callback[0]) . '::' . $callback[1];
    }
}

final class Cache
{
    private static $groups = [];

    public static function get(string $key, string $group = 'default', ?bool &$found = null)
    {
        $found = isset(self::$groups[$group][$key]);
        if (!$found) {
            return false;
        }
        $value = self::$groups[$group][$key];
        return is_object($value) ? clone $value : $value;
    }

    public static function set(string $key, $value, string $group = 'default'): void
    {
        self::$groups[$group][$key] = is_object($value) ? clone $value : $value;
    }

    public static function count(): int
    {
        return array_sum(array_map('count', self::$groups));
    }
}

final class Options
{
    private static $stored = [];

    public static function load(array $rows): void
    {
        self::$stored = array_merge(self::$stored, $rows);
    }

    public static function get(string $name, $default = false)
    {
        $early = Hooks::filter('pre_option_' . $name, false, $name, $default);
        if ($early !== false) {
            return $early;
        }
        $value = Cache::get($name, 'options', $found);
        if (!$found) {
            if (!isset(self::$stored[$name])) {
                return Hooks::filter('default_option_' . $name, $default, $name);
            }
            $value = maybe_unserialize(self::$stored[$name]);
            Cache::set($name, $value, 'options');
        }
        return Hooks::filter('option_' . $name, $value, $name);
    }

    public static function names(): array
    {
        return array_keys(self::$stored);
    }
}

function maybe_unserialize($value)
{
    return is_serialized($value) ? unserialize(trim($value)) : $value;
}

function is_serialized($data): bool
{
    if (!is_string($data)) {
        return false;
    }
    $data = trim($data);
    if ($data === 'N;') {
        return true;
    }
    if (strlen($data) < 4 || $data[1] !== ':') {
        return false;
    }
    switch ($data[0]) {
        case 's':
            return substr($data, -2, 1) === '"';
        case 'a':
        case 'O':
            return (bool) preg_match("/^{$data[0]}:[0-9]+:/s", $data);
        case 'b':
        case 'i':
        case 'd':
            return (bool) preg_match("/^{$data[0]}:[0-9.E+-]+;$/", $data);
    }
    return false;
}

final class Post
{
    public $id = 0;
    public $title = '';
    public $content = '';
    public $author = '';
    public $date = 0;
    public $terms = [];
    public $meta = [];
    public $comments = [];

    public function __construct(array $row)
    {
        foreach ($row as $name => $value) {
            $this->$name = $value;
        }
    }
}

final class Db
{
    public static $queries = 0;
    private static $tables = [];

    public static function load(string $table, array $rows): void
    {
        self::$tables[$table] = $rows;
    }

    public static function prepare(string $query, ...$values): string
    {
        $query = str_replace(["'%s'", '"%s"'], '%s', $query);
        $query = preg_replace('/(?<!%)%s/', "'%s'", $query);
        return vsprintf($query, array_map(function ($value) {
            return is_string($value) ? addslashes($value) : $value;
        }, $values));
    }

    public static function rows(string $table, string $column, $value): array
    {
        $query = self::prepare("SELECT * FROM $table WHERE $column = %s ORDER BY id DESC", (string) $value);
        $key = md5($query);
        $rows = Cache::get($key, 'queries', $found);
        if ($found) {
            return $rows;
        }
        self::$queries++;
        $rows = array_values(array_filter(self::$tables[$table], function ($row) use ($column, $value) {
            return $row[$column] == $value;
        }));
        usort($rows, function ($a, $b) {
            return $b['id'] <=> $a['id'];
        });
        Cache::set($key, $rows, 'queries');
        return $rows;
    }

    public static function posts(array $query): array
    {
        $posts = [];
        foreach (self::rows('posts', 'status', 'publish') as $row) {
            if (gmdate('Y', $row['date']) !== $query['year']) {
                continue;
            }
            $row['terms'] = self::rows('terms', 'post', $row['id']);
            $row['comments'] = self::rows('comments', 'post', $row['id']);
            $row['meta'] = [];
            foreach (self::rows('meta', 'post', $row['id']) as $meta) {
                $row['meta'][$meta['key']] = maybe_unserialize($meta['value']);
            }
            unset($row['status']);
            $post = new Post($row);
            Cache::set((string) $post->id, $post, 'posts');
            $posts[] = Hooks::filter('the_post', $post);
        }
        return array_slice($posts, 0, (int) Options::get('posts_per_page', 10));
    }
}

final class Router
{
    private static $rules = [];

    public static function add(string $pattern, array $variables): void
    {
        self::$rules[$pattern] = $variables;
    }

    public static function parse(string $uri): array
    {
        $parts = parse_url($uri);
        parse_str($parts['query'] ?? '', $query);
        $path = trim($parts['path'], '/');
        foreach (self::$rules as $pattern => $variables) {
            if (preg_match('#^' . $pattern . '#', $path, $m)) {
                foreach ($variables as $name => $group) {
                    $query[$name] = $m[$group] ?? '';
                }
                break;
            }
        }
        ksort($query);
        return Hooks::filter('query_vars', $query);
    }
}

Router::add('([0-9]{4})/([0-9]{1,2})/page/?([0-9]{1,})/?$', ['year' => 1, 'month' => 2, 'paged' => 3]);

final class Strings
{
    private static $table = [];

    public static function load(array $entries): void
    {
        self::$table += $entries;
    }

    public static function translate(string $text, string $domain): string
    {
        return Hooks::filter('gettext', self::$table[$text] ?? $text, $text, $domain);
    }
}

function __(string $text, string $domain = 'default'): string
{
    return Strings::translate($text, $domain);
}

function _n(string $one, string $many, int $n): string
{
    return sprintf(__($n === 1 ? $one : $many), $n);
}
