//! Tests of the curves: vertices, and what reaches the pixels.
