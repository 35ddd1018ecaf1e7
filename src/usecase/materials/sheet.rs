//! Every material that the law names for a filing, beside what is there: the page where an owner uploads them.
