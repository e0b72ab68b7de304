/* Lean C loops to measure against: flat arrays, no allocation, one random stream, nothing clever.
 *
 * Rows are compressed sparse rows: node v has entries indptr[v] .. indptr[v + 1] - 1.
 */

#include <math.h>
#include <stdint.h>

static inline uint64_t next(uint64_t *state)
{
    uint64_t z = (*state += 0x9E3779B97F4A7C15u); /* splitmix64 */
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

static inline uint32_t below(uint64_t *state, uint32_t limit)
{
    return (uint32_t)(((next(state) >> 32) * (uint64_t)limit) >> 32);
}

/* Samples RR sets where all in-arcs of a node have the same probability: geometric skips, one logarithm each.
 * per_log[v] is 1 / log(1 - p) of node v's in-arcs, -0.0 where p = 1. Sets go to members one after another.
 * Returns the members written, or -1 when they do not fit.
 */
int64_t reverse_sets(int32_t n, const int64_t *indptr, const int32_t *indices, const double *per_log,
                     uint64_t key, int64_t sets, int32_t *seen, int32_t *members, int64_t room)
{
    uint64_t state = key;
    int64_t end = 0;
    for (int64_t r = 0; r < sets; r++) {
        int32_t stamp = (int32_t)(r + 1);
        int64_t head = end;
        if (end + n > room)
            return -1;
        int32_t root = (int32_t)below(&state, (uint32_t)n);
        seen[root] = stamp;
        members[end++] = root;
        while (head < end) {
            int32_t v = members[head++];
            double scale = per_log[v];
            int64_t stop = indptr[v + 1];
            for (int64_t e = indptr[v]; e < stop; e++) {
                double skip = log((double)((next(&state) >> 11) + 1) * 0x1p-53) * scale;
                if (skip >= (double)(stop - e))
                    break;
                e += (int64_t)skip;
                int32_t u = indices[e];
                if (seen[u] != stamp) {
                    seen[u] = stamp;
                    members[end++] = u;
                }
            }
        }
    }
    return end;
}

/* Simulates cascades, one coin for every out-arc of every node reached; limit[e] is p scaled to 2^32 - 1.
 * Returns the nodes reached, summed over worlds.
 */
int64_t forward_worlds(const int64_t *indptr, const int32_t *indices, const uint32_t *limit, int32_t n_seeds,
                       const int32_t *seeds, uint64_t key, int64_t worlds, int32_t *seen, int32_t *queue)
{
    uint64_t state = key;
    int64_t total = 0;
    for (int64_t r = 0; r < worlds; r++) {
        int32_t stamp = (int32_t)(r + 1);
        int64_t head = 0, tail = 0;
        for (int32_t i = 0; i < n_seeds; i++)
            if (seen[seeds[i]] != stamp) {
                seen[seeds[i]] = stamp;
                queue[tail++] = seeds[i];
            }
        while (head < tail) {
            int32_t u = queue[head++];
            for (int64_t e = indptr[u]; e < indptr[u + 1]; e++) {
                int32_t v = indices[e];
                if ((uint32_t)(next(&state) >> 32) < limit[e] && seen[v] != stamp) {
                    seen[v] = stamp;
                    queue[tail++] = v;
                }
            }
        }
        total += tail;
    }
    return total;
}

/* Loads entries of a table at random places that do not depend on each other; size is a power of two. */
uint32_t random_loads(const uint32_t *table, uint64_t size, uint64_t key, int64_t loads)
{
    uint64_t state = key;
    uint32_t sum = 0;
    for (int64_t i = 0; i < loads; i++)
        sum += table[next(&state) & (size - 1)];
    return sum;
}
