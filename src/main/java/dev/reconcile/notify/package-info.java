// SPDX-License-Identifier: Apache-2.0
/** The notifications about a run: the terminal, files for other programs, hooks. */
@NullMarked
package dev.reconcile.notify;

import org.jspecify.annotations.NullMarked;
