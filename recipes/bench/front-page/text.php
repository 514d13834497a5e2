<?php
// What is done to text on its way into a page.

function esc_html($text): string
{
    return Hooks::filter('esc_html', htmlspecialchars(check_utf8((string) $text), ENT_QUOTES, 'UTF-8', false), $text);
}

function esc_attr($text): string
{
    return Hooks::filter('esc_attr', htmlspecialchars(check_utf8((string) $text), ENT_QUOTES, 'UTF-8', false), $text);
}

function check_utf8(string $text): string
{
    return $text === '' || preg_match('/^./us', $text) ? $text : '';
}

function esc_url(string $url): string
{
    $url = str_replace(' ', '%20', ltrim($url));
    $url = preg_replace('|[^a-z0-9-~+_.?#=!&;,/:%@$\|*\'()\[\]\x80-\xff]|i', '', $url);
    if (strpos($url, ':') === false && !in_array($url[0] ?? '', ['/', '#', '?'], true)) {
        $url = 'http://' . $url;
    }
    $url = str_replace(['&amp;', "'"], ['&#038;', '&#039;'], $url);
    return Hooks::filter('clean_url', $url);
}

function sanitize_title(string $title): string
{
    $title = strip_tags($title);
    $title = strtolower(preg_replace('|%([a-fA-F0-9][a-fA-F0-9])|', '', $title));
    $title = preg_replace('/&.+?;/', '', str_replace('.', '-', $title));
    $title = preg_replace('/[^%a-z0-9 _-]/', '', $title);
    return trim(preg_replace('|-+|', '-', preg_replace('/\s+/', '-', $title)), '-');
}

// texturize turns quotes, dashes and dots into what a typesetter would use.
function texturize(string $text): string
{
    static $search, $replace, $dynamic;
    if ($search === null) {
        $search = ['...', '``', "''", ' (tm)', '---', ' -- ', '--', ' - '];
        $replace = ['&#8230;', '&#8220;', '&#8221;', ' &#8482;', '&#8212;', ' &#8212; ', '&#8211;', ' &#8211; '];
        $dynamic = [
            "/'(\d\d(?:&#8217;|')?s)/" => '&#8217;$1',
            '/\'(?=\d)/' => '&#8217;',
            '/(\s|\A|[([{<]|")\'/' => '$1&#8216;',
            '/(\d)"(?=\Z|[.,:;!?)}\-\]]|\s)/' => '$1&#8243;',
            "/(\\d)'(?=\\Z|[.,:;!?)}\\-\\]]|\\s)/" => '$1&#8242;',
            '/(\S)\'([^\'\s])/' => '$1&#8217;$2',
            '/(\s|\A|[([{<])"(?!\s)/' => '$1&#8220;',
            '/"(?=\s|\Z|[.,:;!?)}\-\]])/' => '&#8221;',
            "/'(?=\\s|\\Z|[.,:;!?)}\\-\\]])/" => '&#8217;',
            '/\b(\d+)x(\d+)\b/' => '$1&#215;$2',
        ];
    }
    $parts = preg_split('/(<!--.*?-->|<[^>]*>|\[[^\[\]]*\])/s', $text, -1, PREG_SPLIT_DELIM_CAPTURE | PREG_SPLIT_NO_EMPTY);
    $verbatim = 0;
    foreach ($parts as &$part) {
        if ($part[0] === '<' || $part[0] === '[') {
            if (preg_match('#^<(/?)(?:pre|code|kbd|style|script|tt)\b#', $part, $m)) {
                $verbatim += $m[1] === '' ? 1 : -1;
            }
            continue;
        }
        if ($verbatim > 0 || trim($part) === '') {
            continue;
        }
        $part = str_replace($search, $replace, $part);
        foreach ($dynamic as $pattern => $with) {
            $part = preg_replace($pattern, $with, $part);
        }
        $part = preg_replace('/&(?!#(?:\d+|x[a-f0-9]+);|[a-z1-4]{1,8};)/i', '&#038;', $part);
    }
    unset($part);
    return implode('', $parts);
}

// autop makes paragraphs of lines.
function autop(string $text): string
{
    $all = '(?:table|thead|tbody|div|dl|ul|ol|li|pre|form|blockquote|p|h[1-6]|hr|section|figure|figcaption)';
    $text = str_replace(["\r\n", "\r"], "\n", $text . "\n");
    $text = preg_replace('|<br\s*/?>\s*<br\s*/?>|', "\n\n", $text);
    $text = preg_replace('!(<' . $all . '[\s/>])!', "\n\n$1", $text);
    $text = preg_replace('!(</' . $all . '>)!', "$1\n\n", $text);
    $text = preg_replace("/\n\n+/", "\n\n", $text);
    $out = '';
    foreach (preg_split('/\n\s*\n/', $text, -1, PREG_SPLIT_NO_EMPTY) as $piece) {
        $out .= '<p>' . trim($piece, "\n") . "</p>\n";
    }
    $out = preg_replace('|<p>\s*</p>|', '', $out);
    $out = preg_replace('!<p>\s*(</?' . $all . '[^>]*>)\s*</p>!', '$1', $out);
    $out = preg_replace('!<p>\s*(</?' . $all . '[^>]*>)!', '$1', $out);
    $out = preg_replace('!(</?' . $all . '[^>]*>)\s*</p>!', '$1', $out);
    $out = preg_replace_callback('/<(script|style|pre).*?<\/\1>/s', function ($m) {
        return str_replace("\n", '<preserve />', $m[0]);
    }, $out);
    $out = preg_replace('|(?<!<br />)\s*\n|', "<br />\n", $out);
    $out = preg_replace('!(</?' . $all . '[^>]*>)\s*<br />!', '$1', $out);
    return str_replace('<preserve />', "\n", $out);
}

final class Shortcodes
{
    private static $tags = [];

    public static function add(string $tag, callable $callback): void
    {
        self::$tags[$tag] = $callback;
    }

    public static function apply(string $text): string
    {
        if (strpos($text, '[') === false) {
            return $text;
        }
        preg_match_all('@\[([^<>&/\[\]\x00-\x20=]++)@', $text, $m);
        $used = array_intersect(array_keys(self::$tags), $m[1]);
        if ($used === []) {
            return $text;
        }
        $names = implode('|', array_map('preg_quote', $used));
        $pattern = '/\[(\[?)(' . $names . ')(?![\w-])([^\]\/]*(?:\/(?!\])[^\]\/]*)*?)'
            . '(?:(\/)\]|\](?:([^\[]*+(?:\[(?!\/\2\])[^\[]*+)*+)\[\/\2\])?)(\]?)/';
        return preg_replace_callback($pattern, [self::class, 'call'], $text);
    }

    public static function call(array $m): string
    {
        if ($m[1] === '[' && $m[6] === ']') {
            return substr($m[0], 1, -1);
        }
        $attributes = self::attributes($m[3]);
        $attributes = Hooks::filter('shortcode_atts', $attributes, $m[2]);
        return $m[1] . call_user_func(self::$tags[$m[2]], $attributes, $m[5] ?? '', $m[2]) . ($m[6] ?? '');
    }

    private static function attributes(string $text): array
    {
        $pattern = '/([\w-]+)\s*=\s*"([^"]*)"(?:\s|$)|([\w-]+)\s*=\s*\'([^\']*)\'(?:\s|$)|([\w-]+)\s*=\s*([^\s\'"]+)(?:\s|$)|(\S+)(?:\s|$)/';
        $out = [];
        preg_match_all($pattern, trim($text), $all, PREG_SET_ORDER);
        foreach ($all as $m) {
            if (!empty($m[1])) {
                $out[strtolower($m[1])] = stripcslashes($m[2]);
            } elseif (!empty($m[3])) {
                $out[strtolower($m[3])] = stripcslashes($m[4]);
            } elseif (!empty($m[5])) {
                $out[strtolower($m[5])] = stripcslashes($m[6]);
            } else {
                $out[] = stripcslashes($m[7]);
            }
        }
        return $out;
    }
}

// kses lets through the tags and attributes that are allowed.
function kses(string $text, array $allowed): string
{
    $text = preg_replace('/[\x00-\x08\x0B\x0C\x0E-\x1F]/', '', $text);
    return preg_replace_callback('%(<!--.*?(?:-->|$))|(<[^>]*(?:>|$)|>)%s', function ($m) use ($allowed) {
        if (!empty($m[1])) {
            return '';
        }
        if (!preg_match('%^<\s*(/\s*)?([a-zA-Z0-9-]+)([^>]*)>?$%', $m[2], $tag)) {
            return esc_html($m[2]);
        }
        $name = strtolower($tag[2]);
        if (!isset($allowed[$name])) {
            return '';
        }
        if (trim($tag[1]) !== '') {
            return "</$name>";
        }
        $kept = '';
        preg_match_all('/([\w-]+)\s*=\s*"([^"]*)"/', $tag[3], $attributes, PREG_SET_ORDER);
        foreach ($attributes as $a) {
            if (isset($allowed[$name][strtolower($a[1])])) {
                $kept .= ' ' . strtolower($a[1]) . '="' . ($a[1] === 'href' ? esc_url($a[2]) : esc_attr($a[2])) . '"';
            }
        }
        return "<$name$kept" . (substr(rtrim($tag[3]), -1) === '/' ? ' />' : '>');
    }, $text);
}

function make_clickable(string $text): string
{
    return preg_replace_callback('#(?<=[\s>.(;:]|^)(https?://[^\s<>"\']+[^\s<>"\'.,;:!?)])#i', function ($m) {
        $url = esc_url($m[1]);
        return "<a href=\"$url\" rel=\"nofollow\">$url</a>";
    }, $text);
}

function smilies(string $text): string
{
    static $table = [':)' => '1f642', ':(' => '1f641', ';)' => '1f609', ':D' => '1f600', ':|' => '1f610', '8)' => '1f60e'];
    static $pattern;
    $pattern = $pattern ?? '/(?<=\s|^)(?:' . implode('|', array_map('preg_quote', array_keys($table))) . ')(?=\s|$)/m';
    return preg_replace_callback($pattern, function ($m) use ($table) {
        return '&#x' . $table[trim($m[0])] . ';';
    }, $text);
}

function trim_words(string $text, int $n): string
{
    $words = preg_split("/[\n\r\t ]+/", trim(strip_tags($text)), $n + 1, PREG_SPLIT_NO_EMPTY);
    if (count($words) > $n) {
        array_pop($words);
        return implode(' ', $words) . __('&hellip;');
    }
    return implode(' ', $words);
}

Hooks::add('the_content', ['Blocks', 'render'], 9);
Hooks::add('the_content', 'texturize');
Hooks::add('the_content', 'autop');
Hooks::add('the_content', 'make_clickable', 9);
Hooks::add('the_content', 'smilies', 20);
Hooks::add('the_content', ['Shortcodes', 'apply'], 11);
Hooks::add('the_title', 'texturize');
Hooks::add('the_title', 'trim');
Hooks::add('comment_text', 'texturize');
Hooks::add('comment_text', 'make_clickable', 9);
Hooks::add('comment_text', 'smilies', 20);
Hooks::add('comment_text', 'autop', 30);
