// SPDX-License-Identifier: MIT
/* A long line between two network namespaces: each packet is late, some are lost, some
 * networks behind it are dead. For kernels without sch_netem, and for fates that it lacks.
 *
 *     wanlink DELAY_MS LOSS_PPM SEED [FATE NETWORK/BITS]...
 *
 * Makes the namespaces itself, both without any other interface, so nothing that is run in
 * them can reach anybody else: /proc/PID/fd/NEAR_FD and FAR_FD, each with a TUN device "wan"
 * that the caller configures. Says "ready" and works until its standard input ends; then says
 * in JSON what it did. DELAY_MS is one way; losses are per packet and direction; a FATE is
 * silent (dropped), unreachable or prohibited (ICMP), for packets to that network. */
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/if.h>
#include <linux/if_tun.h>
#include <poll.h>
#include <sched.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <time.h>
#include <unistd.h>

enum {
    NEAR_FD = 10, /* known to the caller */
    FAR_FD = 11,
    PACKET_MAX = 1500,
    QUEUE_PACKETS = 32768, /* at 50 ms more than 600,000 packets a second */
    FATES_MAX = 8,
    BATCH = 256,
    DELAY_MS_MAX = 10000,
    IP_HEADER = 20, /* RFC 791 3.1, without options */
    ICMP_HEADER = 8,
    ICMP_DATA = 8, /* RFC 792: what is quoted of the packet behind its header */
    ICMP_UNREACHABLE = 3,
};

struct packet {
    uint64_t due_ns;
    uint16_t n;
    uint8_t data[PACKET_MAX];
};

/* One direction. A constant delay keeps the order, so a ring is enough. */
struct queue {
    struct packet *ring;
    uint32_t head, tail; /* never wrapped; their difference is the fill */
    int in, out;
    uint64_t passed, lost, overflowed;
};

struct fate {
    const char *name;
    uint32_t net, mask;
    uint64_t packets;
};

struct line {
    struct queue there, back;
    struct fate fates[FATES_MAX];
    int n_fates;
    uint64_t delay_ns, seed;
    uint32_t loss_ppm;
};

static const struct {
    const char *name;
    int icmp_code; /* RFC 792 and 1812 5.2.7.1; -1: nothing is said */
} kinds[] = { { "silent", -1 }, { "unreachable", 1 }, { "prohibited", 13 } };

static uint64_t now_ns(void)
{
    struct timespec t;

    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static bool write_file(const char *path, const char *text)
{
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const bool ok = fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text);

    if (fd >= 0)
        close(fd);
    return ok;
}

/* Whoever is not root becomes it in a user namespace, where the kernel allows that. */
static bool become_root(void)
{
    char map[64];
    const unsigned uid = getuid(), gid = getgid();

    if (geteuid() == 0)
        return true;
    if (unshare(CLONE_NEWUSER) != 0 || !write_file("/proc/self/setgroups", "deny"))
        return false;
    snprintf(map, sizeof(map), "0 %u 1", uid);
    if (!write_file("/proc/self/uid_map", map))
        return false;
    snprintf(map, sizeof(map), "0 %u 1", gid);
    return write_file("/proc/self/gid_map", map);
}

/* A new namespace, kept under @name_fd, and the device in it. -1: not allowed here. */
static int make_end(int name_fd)
{
    struct ifreq req = { .ifr_flags = IFF_TUN | IFF_NO_PI, .ifr_name = "wan" };

    if (unshare(CLONE_NEWNET) != 0)
        return -1;
    const int ns = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    const int tun = open("/dev/net/tun", O_RDWR | O_NONBLOCK | O_CLOEXEC);

    if (ns < 0 || dup3(ns, name_fd, O_CLOEXEC) < 0 || tun < 0 || ioctl(tun, TUNSETIFF, &req) != 0)
        return -1;
    close(ns);
    return tun;
}

/* xorshift64 (Marsaglia 2003): the same losses for the same packets in the same order. */
static bool is_lost(struct line *l)
{
    l->seed ^= l->seed << 13;
    l->seed ^= l->seed >> 7;
    l->seed ^= l->seed << 17;
    return l->seed % 1000000 < l->loss_ppm;
}

static struct packet *free_place(struct queue *q)
{
    return q->tail - q->head < QUEUE_PACKETS ? &q->ring[q->tail % QUEUE_PACKETS] : NULL;
}

static void enqueue(struct queue *q, struct packet *p, size_t n, uint64_t due_ns)
{
    p->n = (uint16_t)n;
    p->due_ns = due_ns;
    q->tail++;
}

/* RFC 1071. */
static uint16_t checksum(const uint8_t *p, size_t n)
{
    uint32_t sum = 0;

    for (size_t i = 0; i < n; i += 2)
        sum += (uint32_t)p[i] << 8 | p[i + 1];
    while (sum >> 16)
        sum = (sum & 0xffff) + (sum >> 16);
    return htons((uint16_t)~sum);
}

/* A router at the near end says that there is no way to where @to wanted to go. */
static void send_icmp(struct line *l, const struct packet *to, int code, uint64_t now)
{
    static const uint8_t header[IP_HEADER] = { 0x45, [8] = 64, 1, [12] = 127, 255, 255, 254 };
    const size_t quoted = IP_HEADER + ICMP_DATA, n = IP_HEADER + ICMP_HEADER + quoted;
    struct packet *p = free_place(&l->back);
    uint16_t sum;

    if (!p) {
        l->back.overflowed++;
        return;
    }
    memset(p->data, 0, n);
    memcpy(p->data, header, sizeof(header));
    p->data[3] = (uint8_t)n;
    memcpy(p->data + 16, to->data + 12, 4);
    p->data[IP_HEADER] = ICMP_UNREACHABLE;
    p->data[IP_HEADER + 1] = (uint8_t)code;
    memcpy(p->data + IP_HEADER + ICMP_HEADER, to->data, quoted);
    sum = checksum(p->data, IP_HEADER);
    memcpy(p->data + 10, &sum, 2);
    sum = checksum(p->data + IP_HEADER, n - IP_HEADER);
    memcpy(p->data + IP_HEADER + 2, &sum, 2);
    enqueue(&l->back, p, n, now + l->delay_ns);
}

/* Whether @p goes to a dead network, and then what becomes of it. */
static bool meets_fate(struct line *l, const struct packet *p, size_t n, uint64_t now)
{
    uint32_t to;

    memcpy(&to, p->data + 16, 4);
    to = ntohl(to);
    for (int i = 0; i < l->n_fates; i++) {
        struct fate *f = &l->fates[i];

        if ((to & f->mask) != f->net)
            continue;
        f->packets++;
        for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
            if (strcmp(kinds[k].name, f->name) == 0 && kinds[k].icmp_code >= 0 &&
                n >= IP_HEADER + ICMP_DATA)
                send_icmp(l, p, kinds[k].icmp_code, now);
        return true;
    }
    return false;
}

static void take_in(struct line *l, struct queue *q)
{
    static struct packet spare;
    const uint64_t now = now_ns();

    for (int i = 0; i < BATCH; i++) {
        struct packet *p = free_place(q);
        const bool full = !p;

        if (full)
            p = &spare;
        const ssize_t n = read(q->in, p->data, sizeof(p->data));
        if (n <= 0)
            return;
        if (n < IP_HEADER || p->data[0] >> 4 != 4) /* the devices of IPv6 speak unasked */
            continue;
        if (q == &l->there && meets_fate(l, p, (size_t)n, now))
            continue;
        if (full)
            q->overflowed++;
        else if (is_lost(l))
            q->lost++;
        else
            enqueue(q, p, (size_t)n, now + l->delay_ns);
    }
}

static void give_out(struct queue *q)
{
    const uint64_t now = now_ns();

    while (q->head != q->tail && q->ring[q->head % QUEUE_PACKETS].due_ns <= now) {
        const struct packet *p = &q->ring[q->head % QUEUE_PACKETS];

        if (write(q->out, p->data, p->n) == p->n)
            q->passed++;
        else
            q->overflowed++;
        q->head++;
    }
}

static uint64_t next_due_ns(const struct queue *q)
{
    return q->head != q->tail ? q->ring[q->head % QUEUE_PACKETS].due_ns : UINT64_MAX;
}

static void run(struct line *l)
{
    struct pollfd fds[] = { { .fd = l->there.in, .events = POLLIN },
                            { .fd = l->back.in, .events = POLLIN },
                            { .fd = STDIN_FILENO, .events = POLLIN } };

    for (;;) {
        const uint64_t there = next_due_ns(&l->there), back = next_due_ns(&l->back);
        const uint64_t due = there < back ? there : back, now = now_ns();
        const uint64_t wait_ns = due <= now ? 0 : due - now;
        const struct timespec wait = { (time_t)(wait_ns / 1000000000u),
                                       (long)(wait_ns % 1000000000u) };
        char dummy;

        if (ppoll(fds, 3, due == UINT64_MAX ? NULL : &wait, NULL) < 0 && errno != EINTR)
            return;
        if (fds[0].revents)
            take_in(l, &l->there);
        if (fds[1].revents)
            take_in(l, &l->back);
        give_out(&l->there);
        give_out(&l->back);
        if (fds[2].revents && read(STDIN_FILENO, &dummy, 1) <= 0)
            return;
    }
}

static bool read_fate(struct fate *f, const char *name, const char *network)
{
    const char *slash = strchr(network, '/');
    char text[INET_ADDRSTRLEN], *end;
    struct in_addr net;
    bool known = false;

    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++)
        known |= strcmp(kinds[k].name, name) == 0;
    if (!known || !slash || (size_t)(slash - network) >= sizeof(text))
        return false;
    snprintf(text, sizeof(text), "%.*s", (int)(slash - network), network);
    const unsigned long bits = strtoul(slash + 1, &end, 10);
    if (*end || bits < 1 || bits > 32 || inet_pton(AF_INET, text, &net) != 1)
        return false;
    f->name = name;
    f->mask = (uint32_t)(UINT64_C(0xffffffff) << (32 - bits));
    f->net = ntohl(net.s_addr) & f->mask;
    return true;
}

static bool read_arguments(struct line *l, int argc, char **argv)
{
    char *end[3];

    if (argc < 4 || argc % 2 != 0 || (argc - 4) / 2 > FATES_MAX)
        return false;
    const unsigned long delay_ms = strtoul(argv[1], &end[0], 10);
    l->loss_ppm = (uint32_t)strtoul(argv[2], &end[1], 10);
    l->seed = strtoull(argv[3], &end[2], 10) * 2 + 1; /* zero would stay zero */
    l->delay_ns = delay_ms * 1000000u;
    for (int i = 4; i < argc; i += 2)
        if (!read_fate(&l->fates[l->n_fates++], argv[i], argv[i + 1]))
            return false;
    return !*end[0] && !*end[1] && !*end[2] && delay_ms <= DELAY_MS_MAX;
}

static void report_queue(const char *name, const struct queue *q)
{
    printf("\"%s\":{\"passed\":%llu,\"lost\":%llu,\"overflowed\":%llu}", name,
           (unsigned long long)q->passed, (unsigned long long)q->lost,
           (unsigned long long)q->overflowed);
}

static void report(const struct line *l)
{
    printf("{");
    report_queue("there", &l->there);
    printf(",");
    report_queue("back", &l->back);
    printf(",\"dead\":{");
    for (int i = 0; i < l->n_fates; i++)
        printf("%s\"%s\":%llu", i ? "," : "", l->fates[i].name,
               (unsigned long long)l->fates[i].packets);
    printf("}}\n");
}

int main(int argc, char **argv)
{
    struct line l = { 0 };

    if (!read_arguments(&l, argc, argv)) {
        fputs("usage: wanlink DELAY_MS LOSS_PPM SEED [FATE NETWORK/BITS]...\n", stderr);
        return 64;
    }
    l.there.ring = calloc(QUEUE_PACKETS, sizeof(struct packet));
    l.back.ring = calloc(QUEUE_PACKETS, sizeof(struct packet));
    const bool may = become_root();
    l.there.in = l.back.out = may ? make_end(NEAR_FD) : -1;
    l.back.in = l.there.out = l.there.in >= 0 ? make_end(FAR_FD) : -1;
    if (l.back.in < 0 || !l.there.ring || !l.back.ring) {
        fprintf(stderr, "no namespaces with a TUN device: %s\n", strerror(errno));
        return 77; /* the caller skips */
    }
    puts("ready");
    fflush(stdout);
    run(&l);
    report(&l);
    free(l.there.ring);
    free(l.back.ring);
    return 0;
}
