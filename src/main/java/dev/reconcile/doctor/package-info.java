// SPDX-License-Identifier: Apache-2.0
/** What is missing or odd on a host, and the command that mends it. */
@NullMarked
package dev.reconcile.doctor;

import org.jspecify.annotations.NullMarked;
