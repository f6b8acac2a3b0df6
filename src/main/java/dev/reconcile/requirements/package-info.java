// SPDX-License-Identifier: Apache-2.0
/** The format of pip's requirements files, as text. */
@NullMarked
package dev.reconcile.requirements;

import org.jspecify.annotations.NullMarked;
