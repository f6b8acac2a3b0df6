// SPDX-License-Identifier: Apache-2.0
/** The values that all other packages share. They are immutable and do no input or output. */
@NullMarked
package dev.reconcile.model;

import org.jspecify.annotations.NullMarked;
