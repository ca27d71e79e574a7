# SPDX-License-Identifier: MIT
"""Simulated servers on loopback: Exchange front ends, look-alikes and hostile ones."""
