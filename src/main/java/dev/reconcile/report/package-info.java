// SPDX-License-Identifier: Apache-2.0
/** Plans, results and diagnostics as text or JSON. */
@NullMarked
package dev.reconcile.report;

import org.jspecify.annotations.NullMarked;
