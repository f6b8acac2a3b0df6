// SPDX-License-Identifier: Apache-2.0
/** The checks of a host; each finding has the command that repairs the problem or shows it. */
@NullMarked
package dev.reconcile.doctor;

import org.jspecify.annotations.NullMarked;
