// way: declared with another type
// differs: a result that is not wanted
// unit: ext/date/lib/astro.c
// wrong: count_moons in call_alias
static int count_moons(int planet) { return planet > 2; }
static void forget_moons(int planet) __attribute__((alias("count_moons")));
static void (*moons)(int) = forget_moons; /* cast */
void call_alias(int planet) { moons(planet); }
