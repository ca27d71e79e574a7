// SPDX-License-Identifier: MIT
#include <stdio.h>

#include "net/fetch.h"

enum ex_outcome ex_fetch_outcome(struct ex_fetch *f, CURLcode rc)
{
    long sys = 0;

    if (rc == CURLE_OK)
        return EX_OUT_OK;
    if (f->no_socket != 0)
        return ex_way_no_socket(f->no_socket, f->why, sizeof(f->why));
    if (f->opt->way.proxy && !f->handshake.started)
        return ex_way_failed(f->easy, rc, f->why, sizeof(f->why));

    switch (rc) {
    case CURLE_WRITE_ERROR:
        return f->body_cut ? EX_OUT_OK : f->flooded ? EX_OUT_HEADER_FLOOD : EX_OUT_INTERNAL;
    case CURLE_COULDNT_CONNECT:
        if (f->repeat_refused)
            return EX_OUT_RESET;
        curl_easy_getinfo(f->easy, CURLINFO_OS_ERRNO, &sys);
        return ex_way_not_connected((int)sys, f->why, sizeof(f->why));
    case CURLE_INTERFACE_FAILED:
        snprintf(f->why, sizeof(f->why), "cannot bind to --interface");
        return EX_OUT_INTERNAL;
    case CURLE_OPERATION_TIMEDOUT:
        return f->handshake.finished  ? EX_OUT_TIMEOUT
               : f->handshake.started ? EX_OUT_TLS_TIMEOUT
                                      : EX_OUT_CONNECT_TIMEOUT;
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CLIENTCERT:
        return EX_OUT_TLS_FAILED;
    case CURLE_OUT_OF_MEMORY: /* libcurl's word for a header line above its own limit */
        return f->handshake.finished ? EX_OUT_HEADER_FLOOD : EX_OUT_INTERNAL;
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
        /* In TLS 1.3 a server refuses a missing client certificate after the handshake. */
        return !f->head_done && (f->handshake.tls.alert != 0 || f->handshake.flooded)
                   ? EX_OUT_TLS_FAILED
                   : EX_OUT_RESET;
    default:
        return f->handshake.finished ? EX_OUT_BAD_HTTP : EX_OUT_INTERNAL;
    }
}
