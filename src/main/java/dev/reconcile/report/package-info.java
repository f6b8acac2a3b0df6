// SPDX-License-Identifier: Apache-2.0
/** Reports: plans, results, status and diagnostics as text, JSON, HTML or metrics. */
@NullMarked
package dev.reconcile.report;

import org.jspecify.annotations.NullMarked;
