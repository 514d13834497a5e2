// kind: cast where it is stored
// scale: traps certain
typedef double (*transform)(double);
static double scale(float x) { return x * 2; }
static transform chosen = (transform)scale;
int main(int argc, char **argv) { (void)argv; return chosen(argc) == 7; }
