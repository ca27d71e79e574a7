// SPDX-License-Identifier: MIT
#ifndef CMD_BY_CLIENT_H
#define CMD_BY_CLIENT_H

#include "report/report.h"

/**
 * Write a folder of reports for every client of @all below @dir, which is made when it is not
 * there, and index.html over all of them. A client's folder has report.html, hosts.csv,
 * action-plan.csv, and names no other client.
 *
 * Returns: EX_OK; EX_EOUTPUT (@err names the file or folder), EX_EIO, EX_ENOMEM.
 */
EX_MUSTUSE enum ex_status ex_by_client(const char *dir, const struct ex_report *all,
                                       struct ex_error *err);

#endif
