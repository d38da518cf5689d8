// Boost.odeint's dopri5 on one of three problems: ./odeint PROBLEM TOLERANCE prints the user seconds of one solve (best of 3), its evaluations
// and the state at the end. The rate network is that of peers_test.go.
#include <boost/numeric/odeint.hpp>
#include <cblas.h>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace od = boost::numeric::odeint;
typedef std::vector<double> Vec;

static double cpu() {
  rusage r;
  getrusage(RUSAGE_SELF, &r);
  return r.ru_utime.tv_sec + 1e-6 * r.ru_utime.tv_usec;
}

static long evaluations = 0;

static void pleiades(const Vec &y, Vec &d, double) {
  evaluations++;
  for (int i = 0; i < 7; i++) {
    double sx = 0, sy = 0;
    for (int j = 0; j < 7; j++)
      if (j != i) {
        double dx = y[j] - y[i], dy = y[7 + j] - y[7 + i], r = dx * dx + dy * dy, w = (j + 1) / (r * std::sqrt(r));
        sx += w * dx;
        sy += w * dy;
      }
    d[i] = y[14 + i], d[7 + i] = y[21 + i], d[14 + i] = sx, d[21 + i] = sy;
  }
}

static const int points = 200;

static void brusselator(const Vec &y, Vec &d, double) {
  evaluations++;
  const double al = 0.02 * (points + 1.0) * (points + 1.0);
  for (int i = 0; i < points; i++) {
    double u = y[2 * i], v = y[2 * i + 1], ul = i ? y[2 * i - 2] : 1, vl = i ? y[2 * i - 1] : 3;
    double ur = i < points - 1 ? y[2 * i + 2] : 1, vr = i < points - 1 ? y[2 * i + 3] : 3;
    d[2 * i] = 1 + u * u * v - 4 * u + al * (ul - 2 * u + ur);
    d[2 * i + 1] = 3 * u - u * u * v + al * (vl - 2 * v + vr);
  }
}

static const int neurons = 1000;
static Vec weights, rates;

static void network(const Vec &y, Vec &d, double) {
  evaluations++;
  for (int i = 0; i < neurons; i++) rates[i] = std::tanh(y[i]), d[i] = y[i];
  cblas_dgemv(CblasRowMajor, CblasNoTrans, neurons, neurons, 1, weights.data(), neurons, rates.data(), 1, -1, d.data(), 1);
}

static double uniform(uint64_t &s) { // splitmix64
  uint64_t z = (s += 0x9E3779B97F4A7C15ULL);
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EBULL;
  return 2 * (((z ^ (z >> 31)) >> 11) * 0x1.0p-53) - 1;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  std::string name = argv[1];
  double tol = atof(argv[2]), end = 10;
  void (*f)(const Vec &, Vec &, double) = brusselator;
  Vec y0;
  if (name == "pleiades") {
    f = pleiades, end = 3;
    y0 = {3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4, 0, 0, 0, 0, 0, 1.75, -1.5, 0, 0, 0, -1.25, 1, 0, 0};
  } else if (name == "brusselator 1d") {
    for (int i = 0; i < points; i++) y0.push_back(1 + std::sin(2 * M_PI * (i + 1) / (points + 1))), y0.push_back(3);
  } else {
    f = network;
    uint64_t s = 12345;
    weights.resize(neurons * neurons), rates.resize(neurons), y0.resize(neurons);
    for (auto &w : weights) w = 1.5 / std::sqrt((double)neurons) * std::sqrt(3.0) * uniform(s);
    for (auto &v : y0) v = uniform(s);
  }
  double best = 1e30;
  Vec y;
  for (int rep = 0; rep < 3; rep++) {
    int solves = 0;
    double t0 = cpu(), spent = 0;
    do {
      evaluations = 0, y = y0;
      od::integrate_adaptive(od::make_controlled(tol, tol, od::runge_kutta_dopri5<Vec>()), f, y, 0.0, end, 1e-4 * end);
      solves++, spent = cpu() - t0;
    } while (spent < 0.05);
    best = std::min(best, spent / solves);
  }
  printf("%.9g %ld", best, evaluations);
  for (double v : y) printf(" %.17g", v);
  printf("\n");
}
